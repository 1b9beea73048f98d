"""Who asks: sessions in as many slots as a BMC has, accounts, and Basic."""

import base64
import binascii
import secrets
import time

from redfish_errors import Refused
from redfish_tree import V1

SESSIONS = V1 + "/SessionService/Sessions"
ACCOUNTS = V1 + "/AccountService/Accounts"

MANAGES = (V1 + "/Managers/", V1 + "/AccountService", V1 + "/SessionService")


class Session:

    __slots__ = ("path", "token", "account", "used")

    def __init__(self, path, account):
        self.path = path
        self.token = secrets.token_hex(16)
        self.account = account
        self.used = time.monotonic()


class Sessions:

    def __init__(self, bmc):
        self.bmc = bmc
        self.by_token = {}
        self.made = 0
        self.counts = dict.fromkeys(
            ("opened", "closed", "expired", "refused", "highest"), 0)
        self.basic = {}              # headers that were right
        self.passwords = {}          # by account's path

    # accounts

    def account(self, path, user, password, role):
        """one more, or a slot of the fixed ones"""

        bmc = self.bmc

        if path not in bmc.tree:
            bmc.tree.add(path, "ManagerAccount", "User account",
                         UserName="", RoleId="ReadOnly", Enabled=False,
                         Locked=False, Password=None,
                         Links={"Role": {"@odata.id": ""}})
            bmc.tree.join(path)

        bmc.tree[path].update(UserName=user, RoleId=role,
                              Enabled=bool(user))
        self.role(path)
        self.passwords[path] = password
        self.forget_basic()

    def role(self, path):
        account = self.bmc.tree[path]
        account["Links"]["Role"]["@odata.id"] = (
            V1 + "/AccountService/Roles/" + account["RoleId"])

    def forget_basic(self):
        self.basic.clear()

    def login(self, user, password):
        for path, known in self.passwords.items():
            account = self.bmc.tree.get(path)

            if (account and account["UserName"] == user and user
                    and account["Enabled"] and known == password):
                return path

        return None

    # who is it?

    def who(self, request):
        """the account's path"""

        token = request.headers.get("x-auth-token")

        if token is not None:
            session = self.by_token.get(token)

            if session is None or self.is_over(session):
                raise self.unknown()

            session.used = time.monotonic()
            request.session = session.path
            return session.account

        header = request.headers.get("authorization")

        if header is None:
            raise self.unknown()

        if header not in self.basic:
            self.basic[header] = self.by_basic(header)

        return self.basic[header]

    def by_basic(self, header):
        kind, _, rest = header.partition(" ")

        try:
            user, colon, password = base64.b64decode(
                rest, validate=True).decode().partition(":")

        except (binascii.Error, UnicodeDecodeError):
            raise self.unknown() from None

        path = (self.login(user, password)
                if kind.lower() == "basic" and colon else None)

        if path is None:
            raise self.unknown()

        return path

    @staticmethod
    def unknown():
        return Refused(401, "NoValidSession", headers={
            "WWW-Authenticate": 'Basic realm="Redfish"'})

    def is_over(self, session):
        idle = self.bmc.tree[V1 + "/SessionService"]["SessionTimeout"]

        if time.monotonic() - session.used < idle:
            return False

        self.counts["expired"] += 1
        self.remove(session)
        return True

    def remove(self, session):
        del self.by_token[session.token]
        self.bmc.tree.leave(session.path)
        self.bmc.touch(session.path, SESSIONS)

    # slots

    def open(self, body, client):
        """POST of a login; (status, body, headers)"""

        for key in ("UserName", "Password"):
            if not isinstance(body.get(key), str):
                raise Refused(400, "PropertyMissing", key)

        account = self.login(body["UserName"], body["Password"])

        if account is None:
            self.counts["refused"] += 1
            raise self.unknown()

        for session in list(self.by_token.values()):
            self.is_over(session)

        if (len(self.by_token) >= self.bmc.p["sessions"]
                or self.bmc.odd("login-basic")):
            self.counts["refused"] += 1
            raise Refused(*self.bmc.p["full"])

        session = self.make(account, client)
        return 201, self.bmc.tree[session.path], {
            "X-Auth-Token": session.token, "Location": session.path}

    def make(self, account, client="192.0.2.1"):
        bmc = self.bmc
        self.made += 1
        self.counts["opened"] += 1
        session = Session("%s/%d" % (SESSIONS, self.made), account)
        self.by_token[session.token] = session
        self.counts["highest"] = max(self.counts["highest"],
                                     len(self.by_token))
        bmc.tree.add(session.path, "Session", "User session",
                     UserName=bmc.tree[account]["UserName"], Password=None,
                     SessionType="Redfish", ClientOriginIPAddress=client)
        bmc.tree.join(session.path)
        bmc.touch(SESSIONS)
        return session

    def close(self, path, account):
        for session in list(self.by_token.values()):
            if session.path == path:
                if (session.account != account
                        and self.bmc.tree[account]["RoleId"]
                        != "Administrator"):
                    raise Refused(403, "InsufficientPrivilege")

                self.counts["closed"] += 1
                self.remove(session)

    def lose(self):
        """all of them, as a BMC that starts anew"""

        for session in list(self.by_token.values()):
            self.remove(session)

    # who may what

    def may_change(self, account, path, body):
        role = self.bmc.tree[account]["RoleId"]

        if role == "Administrator" or path.startswith(SESSIONS + "/"):
            return

        if path == account and set(body) == {"Password"}:
            return

        if role == "Operator" and not path.startswith(MANAGES):
            return

        raise Refused(403, "InsufficientPrivilege")
