
/*
 * Copyright (C) the bmcgate authors
 *
 * A value tree as YAML.  Every reader of YAML 1.1 or 1.2 gets the same tree
 * back: what one of them would take for something else is quoted.
 */


#ifndef _BMC_CTL_YAML_H_INCLUDED_
#define _BMC_CTL_YAML_H_INCLUDED_


#include <jansson.h>

#include "base/buf.h"


void bmc_yaml_dump(bmc_buf_t *out, const json_t *value);


#endif /* _BMC_CTL_YAML_H_INCLUDED_ */
