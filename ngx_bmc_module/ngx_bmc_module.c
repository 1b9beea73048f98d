
/*
 * Copyright (C) the bmcgate authors
 *
 * "bmc_conf", and the core that each worker opens on it.
 */


#include "ngx_bmc.h"


#define NGX_BMC_CLOSE     3000       /* ms for logging out of BMCs */
#define NGX_BMC_LEAVERS   4


typedef struct {
    ngx_str_t      directive;
    ngx_str_t      host;             /* none: any will do */
    ngx_str_t      file;
    ngx_uint_t     line;
} ngx_bmc_need_t;


typedef struct {
    ngx_str_t      path;
    ngx_str_t      file;             /* where the directive stands */
    ngx_uint_t     line;
    ngx_array_t    needs;            /* of ngx_bmc_need_t */
    bmc_base_t    *base;
} ngx_bmc_conf_t;


typedef struct {
    ngx_cycle_t     *cycle;
    ngx_bmc_conf_t  *conf;
} ngx_bmc_say_t;


static void *ngx_bmc_create_conf(ngx_cycle_t *cycle);
static char *ngx_bmc_init_conf(ngx_cycle_t *cycle, void *conf);
static ngx_int_t ngx_bmc_init_process(ngx_cycle_t *cycle);
static void ngx_bmc_exit_process(ngx_cycle_t *cycle);
static void ngx_bmc_exit_master(ngx_cycle_t *cycle);
static char *ngx_bmc_set_conf(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);

static char *ngx_bmc_load(ngx_cycle_t *cycle, ngx_bmc_conf_t *bcf);
static char *ngx_bmc_check_needs(ngx_cycle_t *cycle, ngx_bmc_conf_t *bcf);
static void ngx_bmc_say_conf(void *data, const char *line);
static void ngx_bmc_say(void *data, const char *line);
static void ngx_bmc_cleanup(void *data);
static ngx_int_t ngx_bmc_watch(ngx_cycle_t *cycle);
static void ngx_bmc_ready(ngx_event_t *ev);
static void ngx_bmc_tick(ngx_event_t *ev);
static void ngx_bmc_arm(ngx_event_t *ev);
static void ngx_bmc_run(void);
static void ngx_bmc_leave(void);


static ngx_command_t  ngx_bmc_commands[] = {

    { ngx_string("bmc_conf"),
      NGX_MAIN_CONF|NGX_DIRECT_CONF|NGX_CONF_TAKE1,
      ngx_bmc_set_conf,
      0,
      0,
      NULL },

      ngx_null_command
};


static ngx_core_module_t  ngx_bmc_module_ctx = {
    ngx_string("bmc"),
    ngx_bmc_create_conf,
    ngx_bmc_init_conf
};


ngx_module_t  ngx_bmc_module = {
    NGX_MODULE_V1,
    &ngx_bmc_module_ctx,             /* module context */
    ngx_bmc_commands,                /* module directives */
    NGX_CORE_MODULE,                 /* module type */
    NULL,                            /* init master */
    NULL,                            /* init module */
    ngx_bmc_init_process,            /* init process */
    NULL,                            /* init thread */
    NULL,                            /* exit thread */
    ngx_bmc_exit_process,            /* exit process */
    ngx_bmc_exit_master,             /* exit master */
    NGX_MODULE_V1_PADDING
};


/* one process's; a worker has one core, however many modules use it */

static bmc_t             *ngx_bmc;
static ngx_connection_t  *ngx_bmc_connection;
static ngx_event_t        ngx_bmc_timer;
static ngx_event_t        ngx_bmc_waker;
static ngx_uint_t         ngx_bmc_leaving;
static ngx_uint_t         ngx_bmc_hurry;
static ngx_bmc_leave_pt   ngx_bmc_leavers[NGX_BMC_LEAVERS];


bmc_t *
ngx_bmc_core(void)
{
    return ngx_bmc;
}


void
ngx_bmc_on_leave(ngx_bmc_leave_pt leave)
{
    ngx_uint_t  i;

    for (i = 0; i < NGX_BMC_LEAVERS; i++) {
        if (ngx_bmc_leavers[i] == NULL || ngx_bmc_leavers[i] == leave) {
            ngx_bmc_leavers[i] = leave;
            return;
        }
    }
}


static void *
ngx_bmc_create_conf(ngx_cycle_t *cycle)
{
    ngx_bmc_conf_t  *bcf;

    bcf = ngx_pcalloc(cycle->pool, sizeof(ngx_bmc_conf_t));
    if (bcf == NULL) {
        return NULL;
    }

    if (ngx_array_init(&bcf->needs, cycle->pool, 4, sizeof(ngx_bmc_need_t))
        != NGX_OK)
    {
        return NULL;
    }

    return bcf;
}


static char *
ngx_bmc_set_conf(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_str_t       *value;
    ngx_bmc_conf_t  *bcf;

    bcf = conf;

    if (bcf->path.data != NULL) {
        return "is duplicate";
    }

    value = cf->args->elts;
    bcf->path = value[1];

    if (ngx_conf_full_name(cf->cycle, &bcf->path, 1) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    bcf->file = cf->conf_file->file.name;
    bcf->line = cf->conf_file->line;

    return NGX_CONF_OK;
}


char *
ngx_bmc_needs(ngx_conf_t *cf, ngx_str_t *name)
{
    ngx_str_t       *value;
    ngx_bmc_conf_t  *bcf;
    ngx_bmc_need_t  *need;

    bcf = (ngx_bmc_conf_t *) ngx_get_conf(cf->cycle->conf_ctx,
                                          ngx_bmc_module);

    need = ngx_array_push(&bcf->needs);
    if (need == NULL) {
        return NGX_CONF_ERROR;
    }

    value = cf->args->elts;

    need->directive = value[0];
    need->file = cf->conf_file->file.name;
    need->line = cf->conf_file->line;

    ngx_str_null(&need->host);

    if (name != NULL) {
        need->host = *name;
    }

    return NGX_CONF_OK;
}


static char *
ngx_bmc_init_conf(ngx_cycle_t *cycle, void *conf)
{
    char            *rv;
    ngx_bmc_conf_t  *bcf;

    bcf = conf;

    /* "nginx -s stop" must work with any fleet */

    if (ngx_process == NGX_PROCESS_SIGNALLER) {
        return NGX_CONF_OK;
    }

    if (bcf->path.data != NULL) {
        rv = ngx_bmc_load(cycle, bcf);

        if (rv != NGX_CONF_OK) {
            return rv;
        }
    }

    return ngx_bmc_check_needs(cycle, bcf);
}


/* the base of the cycle before lives until its last worker's memory goes */

static bmc_base_t *
ngx_bmc_before(ngx_cycle_t *cycle)
{
    ngx_bmc_conf_t  *bcf;

    if (cycle->old_cycle == NULL || cycle->old_cycle->conf_ctx == NULL
        || cycle->old_cycle->modules == NULL)
    {
        return NULL;
    }

    if (ngx_bmc_module.index >= cycle->old_cycle->modules_n
        || cycle->old_cycle->modules[ngx_bmc_module.index] == NULL
        || ngx_strcmp(cycle->old_cycle->modules[ngx_bmc_module.index]->name,
                      "ngx_bmc_module")
           != 0)
    {
        return NULL;
    }

    bcf = (ngx_bmc_conf_t *) ngx_get_conf(cycle->old_cycle->conf_ctx,
                                          ngx_bmc_module);

    return bcf == NULL ? NULL : bcf->base;
}


static char *
ngx_bmc_load(ngx_cycle_t *cycle, ngx_bmc_conf_t *bcf)
{
    bmc_rc_t             rc;
    bmc_load_t           load;
    ngx_bmc_say_t        say;
    ngx_core_conf_t     *ccf;
    ngx_pool_cleanup_t  *cln;

    cln = ngx_pool_cleanup_add(cycle->pool, 0);
    if (cln == NULL) {
        return NGX_CONF_ERROR;
    }

    ccf = (ngx_core_conf_t *) ngx_get_conf(cycle->conf_ctx, ngx_core_module);

    ngx_memzero(&load, sizeof(bmc_load_t));
    load.conf = (const char *) bcf->path.data;
    load.look = ngx_test_config;

    if (ccf->master != 0) {
        load.seats = (unsigned) ccf->worker_processes;
    }

    load.before = ngx_bmc_before(cycle);

    if (load.before != NULL) {
        bmc_base_own((bmc_base_t *) load.before);
    }

    say.cycle = cycle;
    say.conf = bcf;

    bcf->base = bmc_load(&load, ngx_bmc_say_conf, &say, &rc);

    if (bcf->base == NULL) {
        return NGX_CONF_ERROR;
    }

    cln->handler = ngx_bmc_cleanup;
    cln->data = bcf;

    return NGX_CONF_OK;
}


/* the library's line has file and line of its own; ours say who reads it */

static void
ngx_bmc_say_conf(void *data, const char *line)
{
    ngx_bmc_say_t  *say;

    say = data;

    ngx_log_error(NGX_LOG_EMERG, say->cycle->log, 0,
                  "%s, read by \"bmc_conf\" in %V:%ui", line,
                  &say->conf->file, say->conf->line);
}


static char *
ngx_bmc_check_needs(ngx_cycle_t *cycle, ngx_bmc_conf_t *bcf)
{
    char            *rv;
    ngx_uint_t       i;
    ngx_bmc_need_t  *need;

    rv = NGX_CONF_OK;
    need = bcf->needs.elts;

    for (i = 0; i < bcf->needs.nelts; i++) {

        if (bcf->base == NULL) {
            ngx_log_error(NGX_LOG_EMERG, cycle->log, 0,
                          "\"%V\" needs \"bmc_conf\", which is missing, in "
                          "%V:%ui", &need[i].directive, &need[i].file,
                          need[i].line);
            rv = NGX_CONF_ERROR;
            continue;
        }

        if (need[i].host.data != NULL
            && bmc_host(bcf->base, (char *) need[i].host.data) == NULL)
        {
            ngx_log_error(NGX_LOG_EMERG, cycle->log, 0,
                          "no host \"%V\" in %s in %V:%ui", &need[i].host,
                          bmc_conf_file(bcf->base), &need[i].file,
                          need[i].line);
            rv = NGX_CONF_ERROR;
        }
    }

    return rv;
}


static void
ngx_bmc_cleanup(void *data)
{
    ngx_bmc_conf_t  *bcf;

    bcf = data;

    bmc_unload(bcf->base);
    bcf->base = NULL;
}


/* a worker that failed here would be started again, without end */

static ngx_int_t
ngx_bmc_init_process(ngx_cycle_t *cycle)
{
    bmc_rc_t         rc;
    ngx_bmc_conf_t  *bcf;

    bcf = (ngx_bmc_conf_t *) ngx_get_conf(cycle->conf_ctx, ngx_bmc_module);

    if (bcf->base == NULL || (ngx_process != NGX_PROCESS_WORKER
                              && ngx_process != NGX_PROCESS_SINGLE))
    {
        return NGX_OK;
    }

    ngx_bmc = bmc_open(bcf->base, BMC_POLL, ngx_bmc_say, NULL, &rc);

    if (ngx_bmc == NULL) {
        ngx_log_error(NGX_LOG_CRIT, cycle->log, 0,
                      "bmcgate could not be opened: %s", bmc_error(rc)->text);
        return NGX_OK;
    }

    if (ngx_bmc_watch(cycle) != NGX_OK) {
        bmc_close(ngx_bmc, 0);
        ngx_bmc = NULL;
    }

    return NGX_OK;
}


static void
ngx_bmc_say(void *data, const char *line)
{
    ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0, "bmcgate: %s", line);
}


static ngx_int_t
ngx_bmc_watch(ngx_cycle_t *cycle)
{
    ngx_event_t       *rev;
    ngx_connection_t  *c;

    c = ngx_get_connection(bmc_fd(ngx_bmc), cycle->log);
    if (c == NULL) {
        return NGX_ERROR;
    }

    rev = c->read;
    rev->log = cycle->log;
    rev->handler = ngx_bmc_ready;
    c->log = cycle->log;
    c->data = ngx_bmc;

    /* nginx calls the handlers of idle connections when a worker is to go */

    c->idle = 1;

    ngx_bmc_timer.handler = ngx_bmc_tick;
    ngx_bmc_timer.data = c;
    ngx_bmc_timer.log = cycle->log;
    ngx_bmc_timer.cancelable = 1;

    ngx_bmc_waker.handler = ngx_bmc_arm;
    ngx_bmc_waker.data = c;
    ngx_bmc_waker.log = cycle->log;

    if (ngx_add_event(rev, NGX_READ_EVENT, NGX_LEVEL_EVENT) != NGX_OK) {
        ngx_free_connection(c);
        c->fd = (ngx_socket_t) -1;
        return NGX_ERROR;
    }

    ngx_bmc_connection = c;
    ngx_bmc_run();

    return NGX_OK;
}


static void
ngx_bmc_ready(ngx_event_t *ev)
{
    ngx_connection_t  *c;

    c = ev->data;

    if (c->close) {
        c->close = 0;
        c->idle = 0;

        /* worker_shutdown_timeout is over */

        ngx_bmc_hurry |= c->error;

        ngx_bmc_leave();
        return;
    }

    ngx_bmc_run();
}


static void
ngx_bmc_tick(ngx_event_t *ev)
{
    ngx_bmc_run();
}


static void
ngx_bmc_run(void)
{
    bmc_run(ngx_bmc);
    ngx_bmc_arm(&ngx_bmc_waker);
}


void
ngx_bmc_wake(void)
{
    if (ngx_bmc != NULL) {
        ngx_post_event(&ngx_bmc_waker, &ngx_posted_events);
    }
}


/* ngx_add_timer() keeps a timer that is off by less than 300 ms */

static void
ngx_bmc_arm(ngx_event_t *ev)
{
    int  ms;

    if (ngx_bmc == NULL) {
        return;
    }

    if (ngx_bmc_timer.timer_set) {
        ngx_del_timer(&ngx_bmc_timer);
    }

    ngx_bmc_timer.cancelable = !ngx_bmc_leaving || ngx_bmc_hurry
                               || !bmc_busy(ngx_bmc);

    ms = bmc_timeout(ngx_bmc);

    if (ms == -1 && !ngx_bmc_timer.cancelable) {
        ms = NGX_BMC_CLOSE;
    }

    if (ms >= 0) {
        ngx_add_timer(&ngx_bmc_timer, (ngx_msec_t) ms);
    }
}


static void
ngx_bmc_leave(void)
{
    ngx_uint_t  i;

    ngx_bmc_leaving = 1;

    for (i = 0; i < NGX_BMC_LEAVERS && ngx_bmc_leavers[i] != NULL; i++) {
        ngx_bmc_leavers[i]();
    }

    bmc_retire(ngx_bmc);
    ngx_bmc_arm(&ngx_bmc_waker);
}


static void
ngx_bmc_exit_process(ngx_cycle_t *cycle)
{
    if (ngx_bmc == NULL) {
        return;
    }

    /* an open connection at the end is an alert; its descriptor is libuv's */

    if (ngx_bmc_connection != NULL) {
        (void) ngx_del_event(ngx_bmc_connection->read, NGX_READ_EVENT, 0);
        ngx_free_connection(ngx_bmc_connection);
        ngx_bmc_connection->fd = (ngx_socket_t) -1;
        ngx_bmc_connection = NULL;
    }

    if (ngx_bmc_timer.timer_set) {
        ngx_del_timer(&ngx_bmc_timer);
    }

    bmc_close(ngx_bmc, NGX_BMC_CLOSE);
    ngx_bmc = NULL;
}


static void
ngx_bmc_exit_master(ngx_cycle_t *cycle)
{
    ngx_bmc_conf_t  *bcf;

    bcf = (ngx_bmc_conf_t *) ngx_get_conf(cycle->conf_ctx, ngx_bmc_module);

    if (bcf->base != NULL) {
        bmc_base_own(bcf->base);
    }
}
