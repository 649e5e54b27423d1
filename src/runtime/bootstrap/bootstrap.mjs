// Runs a Node.js function: loads its handler, asks the Runtime API for invocations and answers them, as Lambda's own runtime does.

import http from 'node:http';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const env = process.env;
const [host, port] = env.AWS_LAMBDA_RUNTIME_API.split(':');
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const root = env.LAMBDA_TASK_ROOT;
const major = Number(/nodejs(\d+)/.exec(env.AWS_EXECUTION_ENV ?? '')?.[1] ?? 0);

/** One call of the Runtime API. */
function call(method, where, body, headers = {}) {
  return new Promise((resolve, reject) => {
    const request = http.request(
      {
        host,
        port,
        agent,
        method,
        path: `/2018-06-01/runtime/${where}`,
        headers: {
          'User-Agent': `gatewright-node/${process.versions.node}`,
          ...(body !== undefined && { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }),
          ...headers,
        },
      },
      (response) => {
        const parts = [];
        response.on('data', (part) => parts.push(part));
        response.on('error', reject);
        response.on('end', () =>
          resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(parts).toString('utf8') }),
        );
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

/** An error with a type of the runtime's. */
function typed(name, message, cause) {
  const error = new Error(message);
  error.name = name;
  if (cause?.stack) error.stack = cause.stack;
  return error;
}

function isError(value) {
  return value instanceof Error || Object.prototype.toString.call(value) === '[object Error]';
}

/** What Lambda answers for a thrown value. */
function described(thrown) {
  if (!isError(thrown)) {
    return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
  }
  return {
    errorType: String(thrown.name ?? 'Error'),
    errorMessage: String(thrown.message ?? ''),
    trace: String(thrown.stack ?? '').split('\n'),
  };
}

function logError(title, thrown) {
  const { errorType, errorMessage, trace } = described(thrown);
  const own = isError(thrown) ? Object.fromEntries(Object.entries(thrown).filter(([key]) => key !== 'name')) : {};
  let text;
  try {
    text = JSON.stringify({ errorType, errorMessage, ...own, stack: trace });
  } catch {
    text = JSON.stringify({ errorType, errorMessage, stack: trace });
  }
  process.stderr.write(`ERROR\t${title}\t${text}\n`);
}

// ---- loading -----------------------------------------------------------------------------------------------------------------

/** `dir/index.a.handler` is the module `dir/index` and the path `a.handler` in what it exports. */
function partsOf(handler) {
  const name = path.basename(handler);
  const dot = name.indexOf('.');
  if (dot <= 0 || dot === name.length - 1) throw typed('Runtime.MalformedHandlerName', 'Bad handler');
  return [path.join(path.dirname(handler), name.slice(0, dot)), name.slice(dot + 1).split('.')];
}

/** Whether the package around a `.js` file says that it is an ES module. */
function isModule(file) {
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    const manifest = path.join(folder, 'package.json');
    if (existsSync(manifest)) {
      try {
        return JSON.parse(readFileSync(manifest, 'utf8')).type === 'module';
      } catch {
        return false;
      }
    }
    if (folder === path.dirname(folder)) return false;
  }
}

function isFile(file) {
  return statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
}

async function loadModule(module) {
  const place = path.resolve(root, module);
  if (!place.startsWith(path.resolve(root) + path.sep)) throw typed('Runtime.MalformedHandlerName', `Bad handler '${module}'`);
  const require = createRequire(path.join(root, 'bootstrap.js'));
  if (isFile(place)) return require(place);
  if (isFile(`${place}.js`)) {
    return isModule(`${place}.js`) ? import(pathToFileURL(`${place}.js`).href) : require(`${place}.js`);
  }
  if (isFile(`${place}.mjs`)) return import(pathToFileURL(`${place}.mjs`).href);
  if (isFile(`${place}.cjs`)) return require(`${place}.cjs`);
  // A package, or a folder with an index file.
  let resolved;
  try {
    resolved = require.resolve(place);
  } catch {
    resolved = require.resolve(module);
  }
  return require(resolved);
}

async function load(handler) {
  const [module, names] = partsOf(handler);
  let exported;
  try {
    exported = await loadModule(module);
  } catch (error) {
    if (isError(error) && error.name.startsWith('Runtime.')) throw error;
    if (isError(error) && ['MODULE_NOT_FOUND', 'ERR_MODULE_NOT_FOUND'].includes(error.code)) {
      throw typed('Runtime.ImportModuleError', `Error: ${error.message}`, error);
    }
    if (error instanceof SyntaxError) throw typed('Runtime.UserCodeSyntaxError', `SyntaxError: ${error.message}`, error);
    throw error;
  }
  const find = (from) => names.reduce((value, name) => value?.[name], from);
  const found = find(exported) ?? find(exported?.default);
  if (found === undefined) throw typed('Runtime.HandlerNotFound', `${handler} is undefined or not exported`);
  if (typeof found !== 'function') throw typed('Runtime.HandlerNotFound', `${handler} is not a function`);
  if (major >= 24 && found.length >= 3) {
    throw typed(
      'Runtime.CallbackHandlerDeprecated',
      'Handlers that take a callback are not supported from nodejs24.x on: return a promise instead',
    );
  }
  return found;
}

// ---- invoking ----------------------------------------------------------------------------------------------------------------

/** What is under way, so that the process's own events can answer for it. */
let underWay;

function contextOf(headers, answer) {
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  const parsed = (name) => (headers[name] ? JSON.parse(headers[name]) : undefined);
  const context = {
    callbackWaitsForEmptyEventLoop: true,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: parsed('lambda-runtime-client-context'),
    identity: parsed('lambda-runtime-cognito-identity'),
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    getRemainingTimeInMillis: () => Math.max(deadline - Date.now(), 0),
  };
  if (major < 24) {
    const done = (error, result) => answer.soon(error, result, context);
    Object.assign(context, {
      done,
      succeed: (result) => {
        context.callbackWaitsForEmptyEventLoop = false;
        done(null, result);
      },
      fail: (error) => {
        context.callbackWaitsForEmptyEventLoop = false;
        done(error ?? 'handled');
      },
    });
  }
  return context;
}

/** Takes the first answer of an invocation; `settled` resolves with it. */
function answering() {
  const answer = { given: false, promised: false, waiting: undefined };
  answer.settled = new Promise((resolve) => {
    answer.give = (outcome) => {
      if (answer.given) return;
      answer.given = true;
      resolve(outcome);
    };
  });
  // The answer of a callback waits until nothing is left to do, unless the function says otherwise.
  answer.soon = (error, result, context) => {
    if (answer.given || answer.waiting) return;
    answer.waiting = error !== undefined && error !== null ? { error } : { result };
    // Read later: the function may change it in the same turn.
    setImmediate(() => {
      if (!context.callbackWaitsForEmptyEventLoop) answer.give(answer.waiting);
    });
  };
  return answer;
}

process.on('beforeExit', () => {
  const answer = underWay?.answer;
  if (!answer || answer.given) return;
  if (answer.waiting) answer.give(answer.waiting);
  else if (answer.promised) answer.give({ error: typed('Runtime.NodeJsExit', 'The function ended with a promise that nothing can settle') });
  else answer.give({ result: null });
});

async function crash(title, status, thrown) {
  logError(title, thrown);
  try {
    await flush();
    const { errorType } = described(thrown);
    const where = underWay ? `invocation/${underWay.id}/error` : 'init/error';
    if (!underWay?.posted) {
      await call('POST', where, JSON.stringify(described(thrown)), { 'Lambda-Runtime-Function-Error-Type': headerSafe(errorType) });
    }
  } finally {
    process.exit(status);
  }
}

process.on('uncaughtException', (error) => void crash('Uncaught Exception', 129, error));
process.on('unhandledRejection', (reason) => {
  const message = isError(reason) ? `${reason.name}: ${reason.message}` : String(reason);
  const error = typed('Runtime.UnhandledPromiseRejection', message, isError(reason) ? reason : undefined);
  void crash('Unhandled Promise Rejection', 128, error);
});

const outputs = [process.stdout, process.stderr];

// What is printed leaves at once, so that it is in the log before the answer and is not lost when the process ends.
for (const output of outputs) output._handle?.setBlocking?.(true);

/** Waits until what was printed has left. */
async function flush() {
  for (const output of outputs) {
    if (output.writableLength > 0) await new Promise((resolve) => output.write('', resolve));
  }
}

function headerSafe(text) {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 256);
}

function outcomeOf(handler, event, context, answer) {
  try {
    const returned = handler(event, context, (error, result) => answer.soon(error, result, context));
    if (typeof returned?.then === 'function') {
      answer.promised = true;
      returned.then(
        (result) => answer.give({ result }),
        (error) => answer.give({ error: error ?? new Error(String(error)) }),
      );
    }
  } catch (error) {
    answer.give({ error: error ?? new Error(String(error)) });
  }
  return answer.settled;
}

function bodyOf(outcome) {
  if ('error' in outcome) return { failed: true, thrown: outcome.error };
  try {
    return { failed: false, text: JSON.stringify(outcome.result === undefined ? null : outcome.result) ?? 'null' };
  } catch (error) {
    return { failed: true, thrown: typed('Runtime.MarshalError', `Unable to stringify response body: ${error.message}`, error) };
  }
}

async function serve(handler) {
  for (;;) {
    const next = await call('GET', 'invocation/next');
    const id = next.headers['lambda-runtime-aws-request-id'];
    env._X_AMZN_TRACE_ID = next.headers['lambda-runtime-trace-id'] ?? '';
    const answer = answering();
    underWay = { id, answer, posted: false };
    const context = contextOf(next.headers, answer);
    const body = bodyOf(await outcomeOf(handler, JSON.parse(next.body), context, answer));
    underWay.posted = true;
    if (body.failed) logError('Invoke Error', body.thrown);
    await flush();
    if (body.failed) {
      const error = described(body.thrown);
      const type = { 'Lambda-Runtime-Function-Error-Type': headerSafe(error.errorType) };
      await call('POST', `invocation/${id}/error`, JSON.stringify(error), type);
    } else {
      await call('POST', `invocation/${id}/response`, body.text);
    }
  }
}

let handler;
try {
  handler = await load(env._HANDLER);
} catch (error) {
  await crash('Init Error', 1, error);
}
// The loop ends only with the connection, which is the runtime's to end.
serve(handler).catch((error) => {
  if (!error?.syscall) logError('Runtime Error', error);
  process.exit(1);
});
