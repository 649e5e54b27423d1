"""A Lambda executor for LocalStack on a machine without Docker: functions are created, updated and deleted, never run."""

from localstack.services.lambda_.invocation.lambda_models import FunctionVersion
from localstack.services.lambda_.invocation.plugins import RuntimeExecutorPlugin
from localstack.services.lambda_.invocation.runtime_executor import LambdaRuntimeException, RuntimeExecutor


class ControlPlaneExecutor(RuntimeExecutor):
    """Unpacks the code as the Docker executor does, so that a broken zip still fails the function, and stops there."""

    @classmethod
    def prepare_version(cls, function_version: FunctionVersion) -> None:
        if function_version.config.code:
            function_version.config.code.prepare_for_execution()

    @classmethod
    def cleanup_version(cls, function_version: FunctionVersion) -> None:
        if function_version.config.code:
            function_version.config.code.destroy_cached()

    def start(self, env_vars):
        raise LambdaRuntimeException("this emulator runs no functions: it has no container engine")

    def stop(self):
        pass

    def get_address(self):
        raise LambdaRuntimeException("no function is running")

    get_endpoint_from_executor = get_address
    get_runtime_endpoint = get_address

    def invoke(self, payload):
        raise LambdaRuntimeException("no function is running")

    def get_logs(self):
        return ""


class ControlPlaneExecutorPlugin(RuntimeExecutorPlugin):
    name = "control-plane"

    def load(self, *args, **kwargs):
        return ControlPlaneExecutor
