
/*
 * Copyright (C) the bmcgate authors
 *
 * Sessions: opened once, then known by every process through the board.
 */


#include <stdio.h>
#include <string.h>

#include "gate/core.h"


static int64_t
session_idle(const bmc_t *b)
{
    return b->base->fleet->session_timeout;
}


/* one whose user's password was changed since is none */

bool
bmc_session_read(const bmc_t *b, uint64_t id, bmc_board_session_t *s)
{
    uint64_t  print;

    return bmc_board_session_read(b->board, id, session_idle(b), s)
           && bmc_token_print(b->auth, b->base->fleet, s->kind, s->name,
                              &print)
           && print == s->print;
}


static bool
session_audit(bmc_t *b, const char *event, const bmc_board_session_t *s,
    const char *actor, const char *how, char why[BMC_TEXT_MAX])
{
    char               text[BMC_TEXT_MAX], whose[64];
    bmc_audit_entry_t  e;

    bmc_actor_text(s->kind, s->name, whose);
    (void) snprintf(text, sizeof(text), "session %llu%s",
        (unsigned long long) s->id, how);

    memset(&e, 0, sizeof(e));
    e.event = event;
    e.actor = actor != NULL ? actor : whose;
    e.from = actor != NULL ? NULL : s->from;
    e.door = actor != NULL ? NULL : s->door;
    e.text = text;

    return bmc_who_audit(b, &e, why);
}


static bool
session_fill(bmc_t *b, bmc_board_session_t *s, const bmc_who_t *who,
    const char *from, const char *door, uint8_t secret[BMC_TOKEN_SECRET])
{
    memset(s, 0, sizeof(*s));
    s->kind = who->kind;
    (void) snprintf(s->name, sizeof(s->name), "%s", who->name);
    (void) snprintf(s->from, sizeof(s->from), "%s", from ? from : "");
    (void) snprintf(s->door, sizeof(s->door), "%s", door ? door : "");

    return bmc_token_print(b->auth, b->base->fleet, s->kind, s->name,
                           &s->print)
           && bmc_token_make(secret)
           && bmc_auth_hash(b->auth, secret, BMC_TOKEN_SECRET, NULL, 0,
                            s->hash);
}


static bmc_rc_t
session_new(bmc_t *b, bmc_board_session_t *s, char why[BMC_TEXT_MAX])
{
    char                 late[BMC_TEXT_MAX], span[32];
    bmc_rc_t             rc;
    uint64_t             gone;
    bmc_board_session_t  old;

    rc = bmc_board_session_new(b->board, s, session_idle(b), &gone);

    if (rc == BMC_LIMITED) {
        (void) snprintf(why, BMC_TEXT_MAX, "%d sessions are open, more there "
            "cannot be: close one, or wait until one was not used for %s",
            BMC_BOARD_SESSIONS, bmc_duration_text(session_idle(b), span));
        return rc;
    }

    if (rc != BMC_OK) {
        (void) snprintf(why, BMC_TEXT_MAX,
            "no room for another session on the board");
        return rc;
    }

    if (!session_audit(b, "login", s, NULL, "", why)) {
        (void) bmc_board_session_close(b->board, s->id);
        return BMC_UNAUDITED;
    }

    if (gone != 0) {
        old = *s;
        old.id = gone;
        (void) session_audit(b, "logout", &old, NULL,
            " gave way to a newer one: there are 64 of one user at most",
            late);
    }

    return BMC_OK;
}


bmc_rc_t
bmc_session_open(bmc_t *b, const bmc_who_t *who, const char *from,
    const char *door, char token[BMC_TOKEN_MAX], uint64_t *id,
    char why[BMC_TEXT_MAX])
{
    char                 local[BMC_TEXT_MAX];
    uint8_t              secret[BMC_TOKEN_SECRET];
    bmc_rc_t             rc;
    bmc_board_session_t  s;

    why = why != NULL ? why : local;

    if ((who->kind != BMC_ACTOR_USER && who->kind != BMC_ACTOR_KEY)
        || !bmc_auth_name(who->name, strnlen(who->name, BMC_NAME_MAX)))
    {
        (void) snprintf(why, BMC_TEXT_MAX,
            "a session is of a user or of a key");
        return BMC_USAGE;
    }

    if (!session_fill(b, &s, who, from, door, secret)) {
        (void) snprintf(why, BMC_TEXT_MAX, "key \"%s\" is not configured any "
            "more, or memory is short", who->name);
        return BMC_FAILED;
    }

    rc = session_new(b, &s, why);

    if (rc == BMC_OK) {
        bmc_token_text(s.id, secret, token);
        *id = s.id;
    }

    explicit_bzero(secret, sizeof(secret));

    return rc;
}


static void
session_info(const bmc_t *b, const bmc_board_session_t *s,
    bmc_session_info_t *info)
{
    memset(info, 0, sizeof(*info));

    info->id = s->id;
    info->created = s->created;
    info->used = bmc_wall() - (bmc_now() - s->used);
    info->expires = info->used + session_idle(b);
    info->kind = s->kind;

    memcpy(info->name, s->name, sizeof(info->name));
    memcpy(info->from, s->from, sizeof(info->from));
    memcpy(info->door, s->door, sizeof(info->door));
}


bool
bmc_session_info(const bmc_t *b, uint64_t id, bmc_session_info_t *info)
{
    bmc_board_session_t  s;

    if (!bmc_session_read(b, id, &s)) {
        return false;
    }

    session_info(b, &s, info);

    return true;
}


void
bmc_session_list(const bmc_t *b,
    bool (*each)(void *, const bmc_session_info_t *), void *data)
{
    uint32_t            i;
    uint64_t            id;
    bmc_session_info_t  info;

    for (i = 0; i < BMC_BOARD_SESSIONS; i++) {
        id = bmc_board_session_at(b->board, i);

        if (id != 0 && bmc_session_info(b, id, &info) && !each(data, &info)) {
            return;
        }
    }
}


bool
bmc_session_close(bmc_t *b, uint64_t id, const char *by)
{
    char                 how[BMC_TEXT_MAX], whose[64], why[BMC_TEXT_MAX];
    bmc_board_session_t  s;

    if (!bmc_session_read(b, id, &s)
        || !bmc_board_session_close(b->board, id))
    {
        return false;
    }

    bmc_actor_text(s.kind, s.name, whose);
    (void) snprintf(how, sizeof(how), " of %s was closed", whose);
    (void) session_audit(b, "logout", &s, by, how, why);

    return true;
}
