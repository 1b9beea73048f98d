
/*
 * Copyright (C) the bmcgate authors
 *
 * One core in each worker, for whatever nginx modules speak to it.
 */


#ifndef _NGX_BMC_H_INCLUDED_
#define _NGX_BMC_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>

#include <bmcgate.h>


/* NULL: "bmc_conf" is missing, or the core could not be opened; see the log */

bmc_t *ngx_bmc_core(void);

/* after every call that may have given the core something to wait for */

void ngx_bmc_wake(void);

/*
 * A directive needs the core, and a host of it unless name is NULL: once all
 * is read there must be a bmc_conf, and the host in it, else the
 * configuration is wrong, in the directive's place.
 */

char *ngx_bmc_needs(ngx_conf_t *cf, ngx_str_t *name);

/* the worker is going: what has no end of its own ends now */

typedef void (*ngx_bmc_leave_pt)(void);

void ngx_bmc_on_leave(ngx_bmc_leave_pt leave);


extern ngx_module_t  ngx_bmc_module;


#endif /* _NGX_BMC_H_INCLUDED_ */
