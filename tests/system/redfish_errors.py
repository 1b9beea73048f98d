"""What a Redfish BMC refuses, in the words of the Base registry."""

# id: text, severity; %1 and so on are arguments

MESSAGES = {
    "Success": ("The request completed successfully.", "OK"),
    "GeneralError": ("A general error has occurred.", "Critical"),
    "MalformedJSON": ("The request body submitted was malformed JSON.",
                      "Critical"),
    "UnrecognizedRequestBody": ("The service detected a malformed request "
                                "body.", "Warning"),
    "ResourceMissingAtURI": ("The resource at the URI %1 was not found.",
                             "Critical"),
    "NoValidSession": ("There is no valid session established with the "
                       "implementation.", "Critical"),
    "InsufficientPrivilege": ("There are insufficient privileges for the "
                              "account.", "Critical"),
    "PropertyUnknown": ("The property %1 is not in the list of valid "
                        "properties for the resource.", "Warning"),
    "PropertyMissing": ("The property %1 is a required property.",
                        "Warning"),
    "PropertyNotWritable": ("The property %1 is a read-only property and "
                            "cannot be assigned a value.", "Warning"),
    "PropertyValueTypeError": ("The value %2 for the property %1 is of a "
                               "different type.", "Warning"),
    "PropertyValueNotInList": ("The value %2 for the property %1 is not in "
                               "the list of acceptable values.", "Warning"),
    "PropertyValueFormatError": ("The value %2 for the property %1 is of a "
                                 "different format.", "Warning"),
    "PropertyValueConflict": ("The property %1 could not be written because "
                              "of %2.", "Warning"),
    "ActionNotSupported": ("The action %1 is not supported by the resource.",
                           "Critical"),
    "ActionParameterMissing": ("The action %1 requires the parameter %2.",
                               "Critical"),
    "ActionParameterUnknown": ("The action %1 was submitted with the invalid "
                               "parameter %2.", "Warning"),
    "ActionParameterValueTypeError": ("The value %2 for the parameter %1 is "
                                      "of a different type.", "Warning"),
    "ActionParameterValueNotInList": ("The value %2 for the parameter %1 is "
                                      "not in the list of acceptable "
                                      "values.", "Warning"),
    "ActionParameterValueFormatError": ("The value %2 for the parameter %1 "
                                        "is of a different format.",
                                        "Warning"),
    "ActionParameterValueConflict": ("The parameter %1 with the value %2 is "
                                     "invalid in the present state.",
                                     "Warning"),
    "OperationNotAllowed": ("The HTTP method is not allowed on this "
                            "resource.", "Critical"),
    "QueryNotSupported": ("Querying is not supported by the "
                          "implementation.", "Warning"),
    "QueryParameterValueTypeError": ("The value %2 for the query parameter "
                                     "%1 is of a different type.",
                                     "Warning"),
    "QueryNotSupportedOnResource": ("Querying is not supported on the "
                                    "requested resource.", "Warning"),
    "PreconditionFailed": ("The ETag supplied did not match the ETag of the "
                           "current resource.", "Critical"),
    "PreconditionRequired": ("A precondition header or annotation is "
                             "required to change this resource.",
                             "Critical"),
    "SessionLimitExceeded": ("The session establishment failed due to the "
                             "number of simultaneous sessions exceeding the "
                             "limit of the implementation.", "Critical"),
    "ServiceTemporarilyUnavailable": ("The service is temporarily "
                                      "unavailable. Retry in %1 seconds.",
                                      "Critical"),
    "ResourceInUse": ("The change to the resource failed because the "
                      "resource is in use or in transition.", "Warning"),
    "ResourceAlreadyExists": ("The resource with the property %1 with the "
                              "value %2 already exists.", "Critical"),
    "CreateLimitReachedForResource": ("The create operation failed because "
                                      "the resource has reached the limit.",
                                      "Critical"),
    "PropertyValueModified": ("The property %1 was assigned the value %2.",
                              "Warning"),

    # vendors' own

    "IDRAC.2.8.SYS518": ("iDRAC is not ready. The configuration values "
                         "cannot be accessed. Please retry after a few "
                         "minutes.", "Warning"),
    "IDRAC.2.8.RAC0218": ("The maximum number of user sessions is reached.",
                          "Critical"),
    "IDRAC.2.8.PSU501": ("Unable to complete the requested power control "
                         "operation because the server is already in that "
                         "power state.", "Warning"),
    "iLO.2.14.InvalidOperationForSystemState": (
        "The operation was not successful due to the current power state.",
        "Warning"),
    "iLO.2.14.UnableToModifyDuringSystemPOST": (
        "The property %1 cannot be modified during System POST.",
        "Warning")}


def message(registry, ident, *args):
    text, severity = MESSAGES[ident]
    args = [str(a) for a in args]

    for i, arg in enumerate(args):
        text = text.replace("%%%d" % (i + 1), "'%s'" % arg)

    return {"@odata.type": "#Message.v1_1_1.Message",
            "MessageId": ident if "." in ident
            else "%s.%s" % (registry, ident),
            "Message": text, "MessageArgs": args, "Severity": severity,
            "MessageSeverity": severity, "Resolution": "None."}


class Refused(Exception):
    """a status, and a message's id and arguments"""

    def __init__(self, status, ident="GeneralError", *args, headers=None):
        super().__init__(status, ident)
        self.status = status
        self.ident = ident
        self.words = args
        self.headers = headers or {}

    def body(self, registry):
        info = message(registry, self.ident, *self.words)

        if self.ident == "ActionParameterMissing":
            info["RelatedProperties"] = ["#/" + self.words[1]]

        return {"error": {"code": info["MessageId"],
                          "message": info["Message"],
                          "@Message.ExtendedInfo": [info]}}
