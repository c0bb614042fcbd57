"""The errors of OBS: code, HTTP status and a sentence (provider's error-code list)."""

from __future__ import annotations

from sandbox.cloud.wire import Refusal

ERRORS: dict[str, tuple[int, str]] = {
    "PermanentRedirect": (301, "The bucket lives at another endpoint; send all requests there"),
    "TemporaryRedirect": (307, "The bucket lives at another endpoint; this request goes there"),
    "BadDigest": (400, "The Content-MD5 sent does not match the body received"),
    "EntityTooSmall": (400, "A part that is not the last one is smaller than 100 KB"),
    "IllegalLocationConstraintException": (400, "The location does not fit the endpoint the request came to"),
    "InvalidArgument": (400, "A parameter is not valid"),
    "InvalidBucketName": (400, "The bucket name breaks the naming rules"),
    "InvalidEncryptionAlgorithmError": (400, "The encryption algorithm is not supported"),
    "InvalidLocationConstraint": (400, "The location names no region"),
    "InvalidPart": (400, "A part named is not there, or has another ETag"),
    "InvalidPartOrder": (400, "The parts are not in ascending order"),
    "KeyTooLongError": (400, "The object key is longer than 1024 bytes"),
    "MalformedACLError": (400, "The access control list is not well formed"),
    "MalformedPolicy": (400, "The policy is not well formed"),
    "MalformedXML": (400, "The XML is not well formed or has elements this operation does not know"),
    "TooManyBuckets": (400, "The account has as many buckets as it may have"),
    "AccessDenied": (403, "Access denied"),
    "InArrearOrInsufficientBalance": (403, "The account is in arrears or its balance does not suffice"),
    "InsufficientStorageSpace": (403, "The bucket's storage quota is used up"),
    "InvalidAccessKeyId": (403, "The access key id is not in our records"),
    "InvalidSecurityToken": (403, "The security token is missing, wrong or expired"),
    "NotSignedUp": (403, "The account is not registered with OBS"),
    "RequestTimeTooSkewed": (403, "The time of the request is more than 15 minutes off, or its link has expired"),
    "SignatureDoesNotMatch": (403, "The signature sent does not match the one calculated"),
    "NoSuchBucket": (404, "The bucket does not exist"),
    "NoSuchBucketPolicy": (404, "The bucket has no policy"),
    "NoSuchCORSConfiguration": (404, "The bucket has no CORS rules"),
    "NoSuchEncryptionConfiguration": (404, "The bucket has no default encryption"),
    "NoSuchKey": (404, "The object does not exist"),
    "NoSuchLifecycleConfiguration": (404, "The bucket has no lifecycle rules"),
    "NoSuchPublicAccessBlockConfiguration": (404, "The bucket has no public access block"),
    "NoSuchUpload": (404, "The upload does not exist: it was completed or given up"),
    "NoSuchTagSet": (404, "The bucket has no tags"),
    "MethodNotAllowed": (405, "The method is not allowed on this resource"),
    "BucketAlreadyExists": (409, "The name is taken; bucket names are shared by all accounts"),
    "BucketAlreadyOwnedByYou": (409, "You own a bucket of this name in another region"),
    "BucketNotEmpty": (409, "The bucket still holds objects"),
    "OperationAborted": (409, "Another operation on this name is not finished; try again later"),
    "PreconditionFailed": (412, "A condition that the request names does not hold"),
    "InvalidRange": (416, "The range lies outside the object"),
    "TooManyRequests": (429, "Too many requests"),
    "InternalError": (500, "The service met an error; try again"),
}

FAULTS = {
    "arrears": "InArrearOrInsufficientBalance",
    "not_real_name": "NotSignedUp",
    "forbidden": "AccessDenied",
    "quota": "InsufficientStorageSpace",
    "throttled": "TooManyRequests",
    "server_error": "InternalError",
}


def refuse(code: str, detail: str | None = None) -> Refusal:
    """Build the refusal of this code; `detail` replaces the usual sentence."""
    status, message = ERRORS[code]
    return Refusal(status, code, detail or message)
