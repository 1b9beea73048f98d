
/*
 * Copyright (C) the bmcgate authors
 */


#include <math.h>
#include <string.h>

#include "show/show.h"


static void
sensors_number(bmc_buf_t *out, float value)
{
    bmc_buf_printf(out, "%.7g", (double) value);
}


static void
sensors_thresholds(bmc_buf_t *out, const bmc_sensor_t *s)
{
    size_t       i;
    const char  *comma;

    static const char *const  names[BMC_THRESHOLDS] = {
        "low_fatal", "low_critical", "low_warning",
        "high_warning", "high_critical", "high_fatal"
    };

    comma = "";

    for (i = 0; i < BMC_THRESHOLDS; i++) {
        if (!isfinite(s->threshold[i])) {
            continue;
        }

        bmc_buf_printf(out, "%s\"%s\":",
            comma[0] == '\0' ? ",\"thresholds\":{" : comma, names[i]);
        sensors_number(out, s->threshold[i]);
        comma = ",";
    }

    if (comma[0] != '\0') {
        bmc_buf_addc(out, '}');
    }
}


void
bmc_show_sensors(bmc_buf_t *out, const bmc_sensor_t *sensors, size_t n)
{
    size_t               i;
    const bmc_sensor_t  *s;

    bmc_buf_addc(out, '[');

    for (i = 0; i < n; i++) {
        s = &sensors[i];

        bmc_buf_adds(out, i > 0 ? ",{\"name\":" : "{\"name\":");
        bmc_buf_json(out, s->name, strnlen(s->name, sizeof(s->name)));

        if (s->type != 0) {
            bmc_buf_printf(out, ",\"type\":%u", s->type);
        }

        if (isfinite(s->value)) {
            bmc_buf_adds(out, ",\"value\":");
            sensors_number(out, s->value);
        }

        if (s->unit != BMC_UNIT_NONE) {
            bmc_buf_printf(out, ",\"unit\":\"%s\"", bmc_unit_name(s->unit));
        }

        if (s->discrete != 0) {
            bmc_buf_printf(out, ",\"discrete\":%u", s->discrete);
        }

        bmc_buf_printf(out, ",\"state\":\"%s\"",
            bmc_sensor_state_name(s->state));
        sensors_thresholds(out, s);
        bmc_buf_addc(out, '}');
    }

    bmc_buf_addc(out, ']');
}
