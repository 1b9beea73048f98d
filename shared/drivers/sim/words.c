
/*
 * Copyright (C) the bmcgate authors
 *
 * host n1 { driver sim; sim { … } }
 */


#include "drivers/sim/sim.h"


static void  words_fault(bmc_conf_t *cf, const bmc_word_t *w,
    const char **words, size_t nwords, void *block);


#define WORDS_AT(field)  offsetof(bmc_sim_conf_t, field)
#define WORDS_HOUR       "0 3600000"


const bmc_word_t  bmc_sim_words[] = {

    { "latency", BMC_WORD_TIME, WORDS_AT(latency), WORDS_HOUR, NULL, 0,
      "how long the BMC takes for an answer (0)" },

    { "login", BMC_WORD_TIME, WORDS_AT(login), WORDS_HOUR, NULL, 0,
      "how long a login takes (latency)" },

    { "power", BMC_WORD_ENUM, WORDS_AT(power), "off on", NULL, 0,
      "the power of a machine never seen before (on)" },

    { "power_delay", BMC_WORD_TIME, WORDS_AT(power_delay), WORDS_HOUR,
      NULL, 0, "from power.on until the power is on (1s)" },

    { "shutdown_time", BMC_WORD_TIME, WORDS_AT(shutdown_time), WORDS_HOUR,
      NULL, 0, "how long the system takes to shut down (3s)" },

    { "cycle_gap", BMC_WORD_TIME, WORDS_AT(cycle_gap), WORDS_HOUR, NULL, 0,
      "how long the power is off in a cycle (1s)" },

    { "bmc_boot", BMC_WORD_TIME, WORDS_AT(bmc_boot), WORDS_HOUR, NULL, 0,
      "how long the BMC is silent after a cold reset (3s)" },

    { "sessions", BMC_WORD_NUMBER, WORDS_AT(sessions), "1 8", NULL, 0,
      "sessions the BMC can have at once (4)" },

    { "session_timeout", BMC_WORD_TIME, WORDS_AT(session_timeout),
      WORDS_HOUR, NULL, 0,
      "idle time after which a dead process's session ends (60s)" },

    { "sensors", BMC_WORD_NUMBER, WORDS_AT(sensors), "1 256", NULL, 0,
      "how many sensors it has (16)" },

    { "require_user", BMC_WORD_STRING, WORDS_AT(require_user), NULL, NULL,
      0, "refuse every other user" },

    { "require_password", BMC_WORD_SECRET, WORDS_AT(require_password), NULL,
      NULL, 0, "refuse every other password" },

    { "fault", BMC_WORD_CUSTOM, WORDS_AT(faults), NULL, words_fault, 0,
      "what is wrong with it: dead, mute, slow=TIME, busy[=TIME], lies, "
      "loses, dies, ignores-acpi, no-nmi, full, refuses-login, hot" },

    { NULL, 0, 0, NULL, NULL, 0, NULL }
};


static void
words_fault(bmc_conf_t *cf, const bmc_word_t *w, const char **words,
    size_t nwords, void *block)
{
    char             why[BMC_TEXT_MAX];
    size_t           i;
    bmc_sim_conf_t  *conf;

    conf = block;

    if (nwords < 2) {
        bmc_conf_error(cf, "\"fault\" expects one or more faults, "
                       "as in \"fault slow=3s;\"");
        return;
    }

    for (i = 1; i < nwords; i++) {
        if (!bmc_sim_fault_add(&conf->faults, words[i], why)) {
            bmc_conf_error(cf, "%s", why);
        }
    }
}


static void
words_default(bmc_conf_t *cf, int64_t *field, int64_t value)
{
    if (!bmc_conf_is_set(cf, field)) {
        *field = value;
    }
}


void
bmc_sim_check(bmc_conf_t *cf, bmc_hostconf_t *host, void *data)
{
    bmc_sim_conf_t  *conf;

    conf = data;

    words_default(cf, &conf->login, conf->latency);
    words_default(cf, &conf->power, 1);
    words_default(cf, &conf->power_delay, 1000);
    words_default(cf, &conf->shutdown_time, 3000);
    words_default(cf, &conf->cycle_gap, 1000);
    words_default(cf, &conf->bmc_boot, 3000);
    words_default(cf, &conf->sessions, 4);
    words_default(cf, &conf->session_timeout, 60000);
    words_default(cf, &conf->sensors, 16);
}
