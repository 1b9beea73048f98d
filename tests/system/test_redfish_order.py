"""One machine that speaks both Redfish and IPMI: whom bmcctl asks, and what
it makes of two answers."""

from ipmi_rig import sim  # noqa
from redfish_bmcs_rig import bmcs  # noqa


def both(redfish, ipmi, drivers, tls):
    return {"n1": "driver %s; address 127.0.0.1; user admin; "
                  "password secret; ipmi { port %d; } "
                  "redfish { tls %s; port %d; }"
                  % (drivers, ipmi.port, tls, redfish.port)}


def test_auto_takes_ipmi_where_the_certificate_is_not_believed(
        rack, bmcs, sim):  # noqa
    redfish, ipmi = bmcs.add(tls=True), sim()
    r = rack(both(redfish, ipmi, "auto", "verify"))

    assert r.json("power", "status", "n1")[0]["driver"] == "ipmi"
    assert r.ctl("power", "force-off", "n1", "--verify").status == 0
    assert ipmi.asked() == ["power 0"]
    assert redfish.requests() == []


def test_a_host_of_redfish_alone_says_that_it_does_not_believe(
        rack, bmcs):  # noqa
    redfish = bmcs.add(tls=True)
    r = rack({"n1": redfish.host().replace("tls off", "tls verify")})
    said = r.ctl("power", "status", "--fresh", "n1")
    assert said.status == 1
    assert "the certificate of 127.0.0.1" in said.err, said
    assert redfish.requests() == []


def test_the_first_is_preferred_and_the_second_stands_in(
        rack, bmcs, sim):  # noqa
    redfish, ipmi = bmcs.add(), sim()
    r = rack(both(redfish, ipmi, "redfish ipmi", "none"))
    assert r.json("power", "status", "--fresh", "n1")[0]["driver"] \
        == "redfish"

    redfish.stop()
    row, = r.json("power", "status", "--fresh", "n1")
    assert row["driver"] == "ipmi"


def test_two_that_disagree_are_both_shown(rack, bmcs, sim):  # noqa
    redfish, ipmi = bmcs.add(), sim()
    r = rack(both(redfish, ipmi, "redfish ipmi", "none"))
    redfish.power(on=False)
    assert r.json("power", "status", "--fresh", "n1")[0]["power"] == "off"

    redfish.stop()
    row, = r.json("power", "status", "--fresh", "n1")
    assert (row["power"], row["driver"]) == ("on", "ipmi")
    other = r.json("describe", "n1")[0]["other"]
    assert (other["protocol"], other["powerstate"]) == ("redfish", "OFF")
