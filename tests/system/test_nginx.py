"""The nginx door's configuration: what is merged, refused, and reloaded."""

import hashlib
import os
import re

import pytest
import requests

from nginx_rig import KEY, POLICY, READER, nginx  # noqa: F401

from conftest import run

API = "location /api/ { bmc_api; }"


def test_power_is_told(nginx):
    n = nginx()
    r = n.get("/api/hosts/n1/power")
    assert r.status_code == 200, r.text
    assert r.headers["Content-Type"] == "application/json"
    assert r.json()["power"] in ("on", "off")
    assert r.json()["driver"] == "sim"


# what nginx -t says

@pytest.mark.parametrize("server, said", [
    ("location /api/ { bmc_api; bmc_api; }",
     r'"bmc_api" directive conflicts with another "bmc_" directive of the '
     r"location in FILE"),
    ("location /api/ { bmc_api; bmc_metrics; }",
     r'"bmc_metrics" directive conflicts with another "bmc_" directive'),
    ("location ~ ^/api/ { bmc_api; }",
     r'"bmc_api" directive needs a location with a path, as in "location '
     r'/api/" in FILE'),
    ("location @api { bmc_api; }",
     r'"bmc_api" directive needs a location with a path'),
    ("location /api/ { if ($arg_a) { bmc_api; } }",
     r'"bmc_api" directive is not allowed here in FILE'),
    ("bmc_api;", r'"bmc_api" directive is not allowed here'),
    ("location /power/ { bmc_sidecar; }",
     r'invalid number of arguments in "bmc_sidecar" directive'),
    ("location /power/ { bmc_sidecar nobody; }",
     r'no host "nobody" in \S+/bmcgate.conf in FILE'),
    ("bmc_auth key pin;",
     r'unknown "pin" in "bmc_auth", expected "key", "session", "user", '
     r'"trust \$variable", or "off" in FILE'),
    ("bmc_auth key off;", r'unknown "off" in "bmc_auth"'),
    ("bmc_auth;", r'invalid number of arguments in "bmc_auth" directive'),
    ("bmc_auth key; bmc_auth user;",
     r'"bmc_auth" directive is duplicate in FILE'),
    ("bmc_auth off; bmc_auth key;", r'"bmc_auth" directive is duplicate'),
    ("bmc_auth key trust;",
     r'"bmc_auth" directive has "trust" without a variable in FILE'),
    ("bmc_auth trust admin;",
     r'"bmc_auth trust" needs a variable, as in "trust \$remote_user" in '
     r"FILE"),
    ("bmc_auth trust $nothing_like_it;", r'unknown "nothing_like_it" variab'),
    ("bmc_insecure maybe;",
     r'invalid value "maybe" in "bmc_insecure" directive, it must be "on" or '
     r'"off" in FILE'),
])
def test_what_is_wrong_is_said_with_its_place(nginx, server, said):
    n = nginx(start=False, server=server)
    r = n.test()
    at = re.escape(str(n.dir / "nginx.conf")) + r":\d+"
    assert r.status == 1
    assert re.search(r"nginx: \[emerg\] " + said.replace("FILE", at), r.err), \
        r.err
    assert "test failed" in r.err


def test_bmc_conf_stands_once(nginx):
    n = nginx(start=False, main="bmc_conf other.conf;")
    assert re.search(r'"bmc_conf" directive is duplicate in \S+nginx.conf:3',
                     n.test().err)


def test_every_directive_that_needs_bmc_conf_says_so(nginx):
    n = nginx(start=False, server="location /api/ { bmc_api; }\n"
                                  "location /power/ { bmc_sidecar n1; }")
    conf = n.dir / "nginx.conf"
    conf.write_text(re.sub("bmc_conf .*;", "", conf.read_text()))
    r = n.test()
    assert r.status == 1

    for word in ("bmc_api", "bmc_sidecar"):
        assert re.search(r'\[emerg\] "%s" needs "bmc_conf", which is missing,'
                         r" in \S+nginx.conf:\d+" % word, r.err), r.err

    # a nginx without any of our locations needs none

    conf.write_text(conf.read_text().replace("bmc_api;", "")
                    .replace("bmc_sidecar n1;", ""))
    assert n.test().status == 0


def test_all_that_is_wrong_in_bmcgate_conf_is_said_at_once(nginx):
    n = nginx(start=False)
    text = n.rack.conf.read_text()
    n.rack.conf.write_text(text + "host n9 { adress 10.0.0.1; }\nlimt 1;\n")
    line = text.count("\n") + 1
    r = n.test()
    assert r.status == 1

    for want in (r'%d: unknown directive "adress" in host "n9"' % line,
                 r'%d: unknown directive "limt"' % (line + 1)):
        assert re.search(r"nginx: \[emerg\] \S+bmcgate.conf:" + want
                         + r'.*, read by "bmc_conf" in \S+nginx.conf:2',
                         r.err), r.err


def test_a_bmcgate_conf_that_is_not_there(nginx):
    n = nginx(start=False)
    n.rack.conf.unlink()
    r = n.test()
    assert r.status == 1
    assert re.search(r"\[emerg\] no configuration at \S+/bmcgate.conf: .*, "
                     r'read by "bmc_conf" in \S+nginx.conf:2', r.err), r.err


def test_a_relative_bmc_conf_is_found_beside_nginx_conf(nginx):
    n = nginx(start=False, conf="rack/bmcgate.conf")
    assert n.test().status == 0
    assert n.start().get("/api/hosts/n1/power").status_code == 200


def test_a_configuration_test_makes_nothing(nginx):
    n = nginx(start=False)

    for name in ("run", "state"):
        (n.rack.dir / name).rmdir()

    before = sorted(os.listdir(n.rack.dir))
    r = n.test()
    assert r.status == 0, r.err
    assert "test is successful" in r.err
    assert sorted(os.listdir(n.rack.dir)) == before

    # and tells nothing to a gateway that runs

    n.start()
    names = sorted(os.listdir(n.rack.dir / "run/peer"))
    assert n.test().status == 0
    assert sorted(os.listdir(n.rack.dir / "run/peer")) == names


# merging

def status(n, path, **kwargs):
    return n.get(path, **kwargs).status_code


def test_who_may_ask_is_inherited_and_overridden(nginx):
    n = nginx(http="bmc_auth trust $arg_as;", extra="user ann { password_hash "
              "$6$x$y; role reader; }\n", server="""
        location /trusts/ { bmc_api; }
        location /keys/ {
            bmc_auth key;
            bmc_api;
            location /keys/inner/ { bmc_api; }
        }
        location /none/ { bmc_auth off; bmc_api; }
    """)
    host = "hosts/n1/power"
    assert status(n, "/trusts/%s?as=ann" % host, key=None) == 200
    assert status(n, "/trusts/%s?as=eve" % host, key=None) == 403
    assert status(n, "/trusts/" + host) == 401

    for path in ("/keys/", "/keys/inner/"):
        assert status(n, path + host) == 200
        assert status(n, path + host + "?as=ann", key=None) == 401

    r = n.get("/none/" + host)
    assert r.status_code == 403
    assert 'no "bmc_auth" here' in r.json()["error"]["message"]


def test_a_server_has_its_own_word_on_who_may_ask(nginx):
    n = nginx(http="bmc_auth user;", server="bmc_auth key; " + API)
    assert status(n, "/api/hosts/n1/power") == 200
    r = n.get("/api/hosts/n1/power", key=None)
    assert r.headers["WWW-Authenticate"].startswith("Bearer")


def test_secrets_in_clear_need_bmc_insecure_where_they_are_seen(nginx):
    n = nginx(http="set_real_ip_from 127.0.0.1; real_ip_header X-From;",
              server="bmc_auth key; " + API
              + "location /lan/ { bmc_insecure on; bmc_api; location "
                "/lan/not/ { bmc_insecure off; bmc_api; } }")

    def ask(path, address):
        return n.get(path + "hosts/n1/power",
                     headers={"X-From": address})

    for near in ("127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"):
        assert ask("/api/", near).status_code == 200, near

    for far in ("192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1"):
        assert ask("/api/", far).status_code == 403, far
        assert "secrets only over TLS" in ask("/lan/not/", far).text
        assert ask("/lan/", far).status_code == 200


def test_if_and_limit_except_leave_a_location_ours(nginx):
    n = nginx(server="""
        bmc_auth key;
        location /api/ {
            bmc_api;
            if ($arg_a) { set $x 1; }
            limit_except GET { allow 127.0.0.1; deny all; }
        }
        location /closed/ {
            bmc_api;
            limit_except GET { deny all; }
        }
        location = /health {
            bmc_sidecar n1;
            if ($arg_a) { set $x 1; }
        }
    """)
    assert status(n, "/api/hosts/n1/power?a=1") == 200
    assert n.get("/health?a=1").json()["status"] == "healthy"
    r = n.post("/api/hosts/n1/power", {"action": "on"})
    assert r.status_code == 202, r.text
    r = n.post("/closed/hosts/n1/power", {"action": "on"})
    assert r.status_code == 403
    assert r.json()["error"]["code"] == "denied"


def test_a_location_with_or_without_its_last_slash(nginx):
    n = nginx(server="bmc_auth key; location /a { bmc_api; } location /b/ { "
              "bmc_api; } location ^~ /c/d/ { bmc_api; }")

    for path in ("/a/", "/b/", "/c/d/"):
        assert status(n, path + "hosts/n1/power") == 200
        assert status(n, path + "hosts/n1/power/") == 200
        assert status(n, path + "hosts/n1/powe") == 404


# reload

def rewrite(n, hosts, policy=POLICY):
    n.rack.write(hosts, policy)


def test_a_reload_brings_new_hosts_and_refuses_removed_keys(nginx):
    n = nginx(2)
    assert status(n, "/api/hosts/n3/power") == 404
    assert status(n, "/api/hosts/n1/power", key=READER) == 200

    rewrite(n, 3, re.sub("key reader .*", "", POLICY))
    n.reloaded()
    assert status(n, "/api/hosts/n3/power") == 200
    assert status(n, "/api/hosts/n1/power", key=READER) == 401

    rewrite(n, ["n3"])
    n.reloaded()
    assert status(n, "/api/hosts/n1/power") == 404
    assert status(n, "/api/hosts/n3/power", key=READER) == 200


def test_a_wrong_bmcgate_conf_leaves_the_old_one_running(nginx):
    n = nginx(2)
    n.allowed.append("read by \"bmc_conf\"")
    workers = n.workers()
    rewrite(n, 3, POLICY + "nonsense here;\n")
    os.kill(n.pid, 1)
    n.until(lambda: re.search(r'\[emerg\] .*unknown directive "nonsense".*, '
                              r'read by "bmc_conf" in', n.log()))
    assert status(n, "/api/hosts/n1/power?fresh=1") == 200
    assert status(n, "/api/hosts/n3/power") == 404
    assert n.workers() == workers

    # once it is right, it is taken

    rewrite(n, 3)
    n.reloaded()
    assert status(n, "/api/hosts/n3/power") == 200


def test_another_run_folder_needs_a_restart(nginx):
    n = nginx(1)
    n.allowed.append("needs a restart")
    text = n.rack.conf.read_text()
    n.rack.conf.write_text(text.replace("/run;", "/run2;"))
    os.kill(n.pid, 1)
    n.until(lambda: "this needs a restart, not a reload" in n.log())
    assert status(n, "/api/hosts/n1/power?fresh=1") == 200

    # and a restart is all it takes

    n.stop()
    assert n.write().start().get("/api/hosts/n1/power").status_code == 200
    assert os.listdir(n.rack.dir / "run/peer") == []


def test_a_password_that_changed_is_used_after_a_reload(nginx):
    secret = "another-key"
    n = nginx(1)
    assert status(n, "/api/hosts/n1/power", key=secret) == 401
    rewrite(n, 1, POLICY + "key other { sha256 %s; role reader; }\n"
            % hashlib.sha256(secret.encode()).hexdigest())
    n.reloaded()
    assert status(n, "/api/hosts/n1/power", key=secret) == 200


def test_signals_are_sent_with_any_bmcgate_conf(nginx):
    """nginx -s reads the configuration, but wants nothing of the fleet"""

    n = nginx(1)
    workers = n.workers()
    assert run(n.argv("-s", "reload"), env=n.env).status == 0
    n.until(lambda: n.workers() and not set(workers) & set(n.workers()))
    assert status(n, "/api/hosts/n1/power") == 200
    assert len(os.listdir(n.rack.dir / "run/peer")) <= 3

    n.rack.conf.write_text("nonsense")
    r = run(n.argv("-s", "quit"), env=n.env)
    assert r == (0, "", "")
    n.until(lambda: n.process.poll() is not None)


def test_the_module_can_be_taken_out_and_brought_back(nginx):
    n = nginx(1)
    conf = n.dir / "nginx.conf"
    with_it = conf.read_text()
    conf.write_text("pid %s/nginx.pid; error_log %s/error.log; events {} "
                    "http { access_log off; server { listen 127.0.0.1:%d; "
                    "return 204; } }" % (n.dir, n.dir, n.port))
    n.reloaded()
    assert status(n, "/") == 204
    assert os.listdir(n.rack.dir / "run/peer") == []
    conf.write_text(with_it)
    n.reloaded()
    assert status(n, "/api/hosts/n1/power?fresh=1") == 200


def test_the_same_module_serves_https(nginx, tmp_path):
    key, crt = str(tmp_path / "key.pem"), str(tmp_path / "crt.pem")
    run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
         "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=localhost",
         "-days", "2", "-keyout", key, "-out", crt])
    n = nginx(1, listen="ssl", server="ssl_certificate %s; "
              "ssl_certificate_key %s; bmc_auth key; " % (crt, key) + API,
              http="set_real_ip_from 127.0.0.1; real_ip_header X-From;")
    r = requests.get("https://127.0.0.1:%d/api/hosts/n1/power" % n.port,
                     headers={"X-API-Key": KEY, "X-From": "192.0.2.1"},
                     verify=False)
    assert r.status_code == 200, r.text
