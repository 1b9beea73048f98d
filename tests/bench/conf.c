
/*
 * Copyright (C) the bmcgate authors
 *
 * conf LARGE JSON SMALL TURNS: what reading a configuration takes, beside
 * jansson with the same fleet, and beside a smaller one; each in a process
 * of its own, as at a start.  Figures are ns; those "_host" are of one host.
 */


#include <jansson.h>

#include "bench.h"
#include "conf/conf.h"


typedef int64_t (*conf_read_pt)(const char *path, size_t *hosts);


static int64_t
conf_ours(const char *path, size_t *hosts)
{
    int64_t       start, took;
    bmc_fleet_t  *f;

    start = bench_ns();
    f = bmc_fleet_read(path, bench_say, NULL);
    took = bench_ns() - start;

    if (f == NULL) {
        bench_die("cannot read %s", path);
    }

    *hosts = f->nhosts;

    return took;
}


static int64_t
conf_json(const char *path, size_t *hosts)
{
    json_t        *root;
    int64_t        start, took;
    json_error_t   error;

    start = bench_ns();
    root = json_load_file(path, 0, &error);
    took = bench_ns() - start;

    if (root == NULL) {
        bench_die("%s: %s", path, error.text);
    }

    *hosts = json_object_size(json_object_get(root, "hosts"));

    return took;
}


static size_t
conf_measure(const char *figure, conf_read_pt read_one, const char *path,
    bool each)
{
    int      fd[2];
    pid_t    pid;
    struct {
        size_t   hosts;
        int64_t  took;
    }        got;

    if (pipe(fd) == -1) {
        bench_die("pipe: %s", strerror(errno));
    }

    pid = bench_fork();

    if (pid == 0) {
        got.took = read_one(path, &got.hosts);
        _exit(write(fd[1], &got, sizeof(got)) != sizeof(got));
    }

    close(fd[1]);

    if (read(fd[0], &got, sizeof(got)) != sizeof(got) || got.hosts == 0) {
        bench_die("%s: nothing was measured", path);
    }

    close(fd[0]);
    bench_join(pid);

    bench_tell(figure, (double) got.took / (each ? (double) got.hosts : 1));

    return got.hosts;
}


int
main(int argc, char **argv)
{
    int     turns, i;
    size_t  hosts;

    if (argc != 5) {
        bench_die("usage: conf LARGE JSON SMALL TURNS");
    }

    for (turns = atoi(argv[4]); turns > 0; turns--) {
        hosts = conf_measure("large", conf_ours, argv[1], false);

        if (conf_measure("json", conf_json, argv[2], false) != hosts) {
            bench_die("%s and %s are not the same fleet", argv[1], argv[2]);
        }

        conf_measure("large_host", conf_ours, argv[1], true);

        for (i = 0; i < 5; i++) {
            conf_measure("small_host", conf_ours, argv[3], true);
        }
    }

    return 0;
}
