
/*
 * Copyright (C) the bmcgate authors
 *
 * libuv's clock, which stands still until it is moved on, for a driver with
 * one timer.  Include it in one file of a program.
 */


#ifndef _STILL_CLOCK_H_INCLUDED_
#define _STILL_CLOCK_H_INCLUDED_


#include <stdbool.h>
#include <uv.h>


static struct {
    uv_timer_t   *timer;             /* that runs */
    uint64_t      due;
    uint64_t      now;
    uv_handle_t  *closing;
    uv_close_cb   closing_then;
} still;


int
uv_timer_init(uv_loop_t *loop, uv_timer_t *timer)
{
    return 0;
}


int
uv_timer_start(uv_timer_t *timer, uv_timer_cb cb, uint64_t timeout,
    uint64_t repeat)
{
    still.timer = timer;
    still.due = still.now + timeout;
    timer->timer_cb = cb;

    return 0;
}


int
uv_timer_stop(uv_timer_t *timer)
{
    still.timer = NULL;

    return 0;
}


uint64_t
uv_now(const uv_loop_t *loop)
{
    return still.now;
}


void
uv_update_time(uv_loop_t *loop)
{
}


void
uv_close(uv_handle_t *handle, uv_close_cb then)
{
    still.closing = handle;
    still.closing_then = then;
}


/* to when the timer is due; false: none runs */

static bool
still_ring(void)
{
    uv_timer_t  *timer;

    timer = still.timer;

    if (timer == NULL) {
        return false;
    }

    still.timer = NULL;
    still.now = still.due > still.now ? still.due : still.now;
    timer->timer_cb(timer);

    return true;
}


static bool
still_closed(void)
{
    uv_handle_t  *handle;

    handle = still.closing;

    if (handle == NULL) {
        return false;
    }

    still.closing = NULL;
    still.closing_then(handle);

    return true;
}


#endif /* _STILL_CLOCK_H_INCLUDED_ */
