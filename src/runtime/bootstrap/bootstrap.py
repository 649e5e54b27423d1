"""Runs a Python function: loads its handler, asks the Runtime API for invocations and answers them, as Lambda's own runtime does."""

import importlib
import json
import logging
import os
import socket
import sys
import time

ENV = os.environ
HOST, PORT = ENV["AWS_LAMBDA_RUNTIME_API"].split(":")
REQUEST = {"id": ""}


class Api:
    """The Runtime API over one kept connection."""

    def __init__(self):
        self.socket = None
        self.reader = None

    def connect(self):
        self.socket = socket.create_connection((HOST, int(PORT)))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.reader = self.socket.makefile("rb")

    def call(self, method, where, body=None, error_type=None):
        if self.socket is None:
            self.connect()
        lines = [
            "%s /2018-06-01/runtime/%s HTTP/1.1" % (method, where),
            "Host: %s:%s" % (HOST, PORT),
            "User-Agent: gatewright-python/%d.%d.%d" % sys.version_info[:3],
        ]
        if body is not None:
            lines += ["Content-Type: application/json", "Content-Length: %d" % len(body)]
        if error_type:
            safe = error_type.encode("ascii", "replace").decode().replace("\n", " ").replace("\r", " ")
            lines.append("Lambda-Runtime-Function-Error-Type: " + safe[:256])
        head = "\r\n".join(lines) + "\r\n\r\n"
        self.socket.sendall(head.encode("latin-1") + (body or b""))
        return self.answer()

    def answer(self):
        status = self.reader.readline()
        if not status:
            # Whoever runs this process is gone.
            os._exit(1)
        headers = {}
        while True:
            line = self.reader.readline().decode("latin-1").strip()
            if not line:
                break
            name, _, value = line.partition(":")
            headers[name.strip().lower()] = value.strip()
        body = self.reader.read(int(headers.get("content-length", "0")))
        return headers, body


class LambdaContext:
    """What a handler is told about its invocation."""

    def __init__(self, headers):
        self.aws_request_id = headers["lambda-runtime-aws-request-id"]
        self.invoked_function_arn = headers.get("lambda-runtime-invoked-function-arn", "")
        self.function_name = ENV.get("AWS_LAMBDA_FUNCTION_NAME")
        self.function_version = ENV.get("AWS_LAMBDA_FUNCTION_VERSION")
        self.memory_limit_in_mb = ENV.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.log_group_name = ENV.get("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = ENV.get("AWS_LAMBDA_LOG_STREAM_NAME")
        self.client_context = _client_context(headers.get("lambda-runtime-client-context"))
        self.identity = _identity(headers.get("lambda-runtime-cognito-identity"))
        self.tenant_id = None
        self._deadline_ms = int(headers["lambda-runtime-deadline-ms"])

    def get_remaining_time_in_millis(self):
        return max(int(self._deadline_ms - time.time() * 1000), 0)

    def log(self, message):
        sys.stdout.write(str(message))

    def __repr__(self):
        shown = ",".join("%s=%s" % (key, value) for key, value in vars(self).items() if not key.startswith("_"))
        return "LambdaContext([%s])" % shown


class Fields:
    """Attributes that may be unset."""

    def __init__(self, names, values):
        for name in names:
            setattr(self, name, values.get(name))


def _client_context(text):
    if not text:
        return None
    values = json.loads(text)
    context = Fields(("custom", "env"), values)
    client = ("installation_id", "app_title", "app_version_name", "app_version_code", "app_package_name")
    context.client = Fields(client, values["client"]) if values.get("client") else None
    return context


def _identity(text):
    values = json.loads(text) if text else {}
    names = {"cognito_identity_id": values.get("cognitoIdentityId"), "cognito_identity_pool_id": values.get("cognitoIdentityPoolId")}
    return Fields(tuple(names), names)


class LogHandler(logging.Handler):
    """Sends the root logger's records to the function's log, in Lambda's form."""

    def emit(self, record):
        try:
            sys.stdout.write(self.format(record) + "\n")
        except Exception:
            self.handleError(record)


class RequestIdFilter(logging.Filter):
    def filter(self, record):
        record.aws_request_id = REQUEST["id"]
        return True


def set_up_logging():
    handler = LogHandler()
    form = logging.Formatter("[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s", "%Y-%m-%dT%H:%M:%S")
    form.converter = time.gmtime
    handler.setFormatter(form)
    handler.addFilter(RequestIdFilter())
    logging.getLogger().addHandler(handler)


class RuntimeProblem(Exception):
    """A failure that Lambda's runtime names itself."""

    def __init__(self, error_type, message, trace=()):
        super().__init__(message)
        self.error_type = error_type
        self.trace = list(trace)


def trace_of(error):
    import traceback

    here = os.path.abspath(__file__)
    frames = traceback.extract_tb(error.__traceback__)
    return traceback.format_list([f for f in frames if os.path.abspath(f.filename) != here and not f.filename.startswith("<frozen")])


def load(name):
    """The function that `folder/module.function` names."""
    module_name, dot, function = name.rpartition(".")
    if not dot or not module_name or not function:
        message = "Bad handler '%s': not enough values to unpack (expected 2, got 1)" % name
        raise RuntimeProblem("Runtime.MalformedHandlerName", message)
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        message = "Unable to import module '%s': %s" % (module_name, error)
        raise RuntimeProblem("Runtime.ImportModuleError", message, trace_of(error)) from None
    except SyntaxError as error:
        message = "Syntax error in module '%s': %s" % (module_name, error)
        where = '  File "%s" Line %s\n    %s' % (error.filename, error.lineno, error.text)
        raise RuntimeProblem("Runtime.UserCodeSyntaxError", message, [where]) from None
    found = getattr(module, function, None)
    if not callable(found):
        message = "Handler '%s' missing on module '%s'" % (function, module_name)
        raise RuntimeProblem("Runtime.HandlerNotFound", message)
    return found


def described(error):
    """What Lambda answers for an exception."""
    if isinstance(error, RuntimeProblem):
        error_type, trace = error.error_type, error.trace
    else:
        error_type, trace = type(error).__name__, trace_of(error)
    return {"errorMessage": str(error), "errorType": error_type, "requestId": REQUEST["id"], "stackTrace": trace}


def report(api, where, error):
    shape = described(error)
    text = "[ERROR] %s: %s" % (shape["errorType"], shape["errorMessage"])
    if shape["stackTrace"]:
        text += "\nTraceback (most recent call last):\n" + "".join(shape["stackTrace"]).rstrip("\n")
    sys.stdout.write(text + "\n")
    flush()
    api.call("POST", where, encoded(shape), shape["errorType"])


def fallback(value):
    # DynamoDB gives numbers as decimals; Lambda's runtime writes them as floats.
    if type(value).__name__ == "Decimal" and type(value).__module__ == "decimal":
        return float(value)
    raise TypeError("Object of type %s is not JSON serializable" % type(value).__name__)


def encoded(value):
    return json.dumps(value, ensure_ascii=False, default=fallback).encode("utf-8", "surrogatepass")


def flush():
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:
            pass


def serve(api, handler):
    while True:
        REQUEST["id"] = ""
        headers, body = api.call("GET", "invocation/next")
        request_id = REQUEST["id"] = headers["lambda-runtime-aws-request-id"]
        ENV["_X_AMZN_TRACE_ID"] = headers.get("lambda-runtime-trace-id", "")
        try:
            result = handler(json.loads(body), LambdaContext(headers))
            try:
                answer = encoded(result)
            except Exception as error:
                message = "Unable to marshal response: %s" % error
                raise RuntimeProblem("Runtime.MarshalError", message) from None
        except Exception as error:
            report(api, "invocation/%s/error" % request_id, error)
        else:
            flush()
            api.call("POST", "invocation/%s/response" % request_id, answer)


def main():
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(line_buffering=True, errors="backslashreplace")
    # The folder of this file is not the function's.
    sys.path[0] = ENV["LAMBDA_TASK_ROOT"]
    set_up_logging()
    api = Api()
    try:
        handler = load(ENV["_HANDLER"])
    except Exception as error:
        report(api, "init/error", error)
        sys.exit(1)
    serve(api, handler)


if __name__ == "__main__":
    main()
