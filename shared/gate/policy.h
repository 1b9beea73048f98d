
/*
 * Copyright (C) the bmcgate authors
 *
 * Role × verb × host: yes or no, and the rule that said so.
 */


#ifndef _BMC_POLICY_H_INCLUDED_
#define _BMC_POLICY_H_INCLUDED_


#include "conf/conf.h"


/*
 * rule gets the deciding rule: "role operator of key homeassistant
 * (bmcgate.conf:41)", or what is missing: "role reader of … does not allow
 * power".  h may be NULL for questions about no host in particular, and rule
 * for who does not need it.
 */

bool bmc_policy(const bmc_fleet_t *f, const bmc_actor_t *actor,
    const bmc_hostconf_t *h, bmc_verb_t verb, char rule[BMC_TEXT_MAX]);

/*
 * Whether it says the same of every host, for those who ask of many.
 * BMC_POLICY_HOST: of each host by itself.
 */

typedef enum {
    BMC_POLICY_NONE = 0,
    BMC_POLICY_ALL,
    BMC_POLICY_HOST
} bmc_policy_t;

bmc_policy_t bmc_policy_all(const bmc_fleet_t *f, const bmc_actor_t *actor,
    bmc_verb_t verb);


#endif /* _BMC_POLICY_H_INCLUDED_ */
