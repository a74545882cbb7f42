// What stands between Lambda's runtime API and a handler in Node.js, as AWS's own runtime does it: load the handler, ask for the next
// invocation, call the handler, post what came of it, again.
//
// The handler is named by _HANDLER (FILE.EXPORT) in LAMBDA_TASK_ROOT. When the runtime API is gone, so is this process.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import http from "node:http";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { format, types } from "node:util";

const { env } = process;
const [host, port] = env.AWS_LAMBDA_RUNTIME_API.split(":");
const exit = process.exit.bind(process);
const now = Date.now.bind(Date);
let requestId;

/** One request to the runtime API, on a connection of its own so that nothing keeps the process waiting in between. */
function call(method, what, body, headers = {}) {
  return new Promise((resolve) => {
    const options = { host, port, method, path: `/2018-06-01/runtime/${what}`, headers, agent: false };
    const request = http.request(options, (response) => {
      const pieces = [];
      response.on("data", (piece) => pieces.push(piece));
      response.on("end", () => resolve({ headers: response.headers, body: Buffer.concat(pieces).toString(), status: response.statusCode }));
      response.on("error", () => exit(1));
    });
    request.on("error", () => exit(1));
    request.end(body);
  });
}

/** An error in the form in which Lambda reports it. */
function told(error) {
  try {
    if (types.isNativeError(error) || (error && error.name && error.message && error.stack)) {
      return { errorType: error.name, errorMessage: error.message, trace: error.stack.split("\n") };
    }
    return { errorType: typeof error, errorMessage: String(error), trace: [] };
  } catch {
    return { errorType: "handled", errorMessage: "an error was thrown whose name, message or stack can't be read" };
  }
}

/** The same for the log, with what else the error carries, such as $metadata. */
function inFull(error) {
  if (!(error instanceof Error)) return JSON.stringify(told(error));
  const stack = typeof error.stack === "string" ? error.stack.split("\n") : undefined;
  try {
    return JSON.stringify({ errorType: error.name, errorMessage: error.message, code: error.code, ...error, stack });
  } catch {
    return JSON.stringify(told(error));
  }
}

function named(name, error) {
  const wrapped = new Error(error instanceof Error ? error.toString() : String(error));
  wrapped.name = `Runtime.${name}`;
  if (error?.stack) wrapped.stack = `${wrapped.name}: ${error.stack}`;
  return wrapped;
}

function fail(error, what = "Invoke Error") {
  print("ERROR", `${what} \t${inFull(error)}`);
  const body = JSON.stringify(told(error));
  const headers = { "content-type": "application/json", "lambda-runtime-function-error-type": told(error).errorType.replace(/[^ -~]/g, "?") };
  return what === "Invoke Error" ? call("POST", `invocation/${requestId}/error`, body, headers) : call("POST", "init/error", body, headers);
}

const write = process.stdout.write.bind(process.stdout);
function print(level, text) {
  write(`${new Date().toISOString()}\t${requestId ?? "undefined"}\t${level}\t${text}\n`);
}
const levels = { log: "INFO", info: "INFO", debug: "DEBUG", warn: "WARN", error: "ERROR", trace: "TRACE" };
for (const [name, level] of Object.entries(levels)) console[name] = (...values) => print(level, format(...values));

/** A syntax error does not tell its place by itself; Node's own check of the file does. */
function misspelt(error, file) {
  const wrapped = named("UserCodeSyntaxError", error);
  const said = spawnSync(process.execPath, ["--check", file], { encoding: "utf8" }).stderr ?? "";
  const lines = said.split("\n").slice(0, 4);
  if (/:\d+$/.test(lines[0])) wrapped.stack = `${wrapped.name}: ${wrapped.message}\n    at ${lines.join("\n      ").trimEnd()}`;
  return wrapped;
}

async function load() {
  const file = /^([^.]*)\.(.*)$/.exec(path.basename(env._HANDLER));
  if (!file) throw named("MalformedHandlerName", "Bad handler");
  const base = path.join(env.LAMBDA_TASK_ROOT, path.dirname(env._HANDLER), file[1]);
  const found = [".js", ".mjs", ".cjs"].map((ending) => base + ending).find(existsSync);
  if (!found) throw named("ImportModuleError", `Error: Cannot find module '${file[1]}'`);
  let module;
  try {
    module = await import(pathToFileURL(found).href);
  } catch (error) {
    if (error instanceof SyntaxError) throw misspelt(error, found);
    if (error?.code === "ERR_MODULE_NOT_FOUND" || error?.code === "MODULE_NOT_FOUND") throw named("ImportModuleError", error);
    throw error;
  }
  const handler = file[2].split(".").reduce((value, key) => value?.[key], { ...module.default, ...module });
  if (!handler) throw named("HandlerNotFound", `${env._HANDLER} is undefined or not exported`);
  if (typeof handler !== "function") throw named("HandlerNotFound", `${env._HANDLER} is not a function`);
  return handler;
}

async function invoke(handler) {
  const { headers, body, status } = await call("GET", "invocation/next");
  if (status !== 200) exit(1);
  requestId = headers["lambda-runtime-aws-request-id"];
  if (headers["lambda-runtime-trace-id"]) env._X_AMZN_TRACE_ID = headers["lambda-runtime-trace-id"];
  const deadline = Number(headers["lambda-runtime-deadline-ms"]);

  await new Promise((done) => {
    let isOver = false;
    const finish = (error, result) => {
      if (isOver) return;
      isOver = true;
      process.removeAllListeners("beforeExit");
      if (error !== undefined && error !== null) return fail(error).then(done);
      let answer;
      try {
        answer = JSON.stringify(result === undefined ? null : result);
      } catch {
        return fail(named("MarshalError", "Unable to stringify response body")).then(done);
      }
      call("POST", `invocation/${requestId}/response`, answer ?? "null", { "content-type": "application/json" }).then(done);
    };
    const context = {
      callbackWaitsForEmptyEventLoop: true,
      functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
      functionName: env.AWS_LAMBDA_FUNCTION_NAME,
      memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
      logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
      logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
      invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
      awsRequestId: requestId,
      getRemainingTimeInMillis: () => deadline - now(),
    };
    // A handler that calls back is waited for until nothing more happens, except where it says otherwise.
    const callback = (error, result) => {
      if (!context.callbackWaitsForEmptyEventLoop) return finish(error, result);
      process.removeAllListeners("beforeExit");
      process.once("beforeExit", () => finish(error, result));
    };
    // Nothing more happens, and there is no answer: a promise that nobody settles, or a plain function without a callback.
    process.once("beforeExit", () => {
      const isAsync = handler.constructor.name === "AsyncFunction";
      if (isAsync) finish(named("NodeJsExit", "The handler's promise was never settled, and nothing is left to wait for"));
      else finish(null, null);
    });
    try {
      const result = handler(JSON.parse(body), context, callback);
      // A function that throws nothing at all is told from one that succeeds.
      if (typeof result?.then === "function") result.then((value) => finish(null, value), (error) => finish(error ?? "undefined"));
    } catch (error) {
      finish(error ?? "undefined");
    }
  });
}

let what = "Uncaught Exception";
process.on("uncaughtException", (error) => fail(error, requestId ? "Invoke Error" : what).then(() => exit(129)));
process.on("unhandledRejection", (reason) => {
  fail(named("UnhandledPromiseRejection", reason), requestId ? "Invoke Error" : what).then(() => exit(128));
});

let handler;
try {
  handler = await load();
} catch (error) {
  await fail(error, what);
  exit(1);
}
for (;;) await invoke(handler);
