// An Azure long-running-operation client, used as its documentation says: it knows nothing of Raincheck.
// node poll.mjs <3|2> <URL to submit to> <body> [<milliseconds after which to cancel by the operation's link>]
// Prints one line of JSON: how the poller saw the end.
import { createDefaultHttpClient, createHttpHeaders, createPipelineRequest } from "@azure/core-rest-pipeline";

const [version, url, body, cancelAfter] = process.argv.slice(2);
const { createHttpPoller } = await import(version === "2" ? "azure-core-lro-2" : "@azure/core-lro");
const client = createDefaultHttpClient();
const seen = [];

async function send(method, address, content) {
  const headers = createHttpHeaders(content === undefined ? {} : { "Content-Type": "application/json" });
  const request = createPipelineRequest({ url: address, method, headers, body: content, allowInsecureConnection: true });
  const response = await client.sendRequest(request);
  const parsed = response.bodyAsText ? JSON.parse(response.bodyAsText) : undefined;
  return {
    flatResponse: parsed,
    rawResponse: { statusCode: response.status, headers: response.headers.toJSON(), body: parsed, request },
  };
}

const created = createHttpPoller(
  {
    requestMethod: "POST",
    requestPath: url,
    sendInitialRequest: async () => {
      const started = await send("POST", url, body);
      const { cancel } = started.flatResponse.links;
      if (cancelAfter !== undefined) setTimeout(() => send("POST", cancel), Number(cancelAfter));
      return started;
    },
    sendPollRequest: (address) => send("GET", address),
  },
  { intervalInMs: 100 },
);
const poller = version === "2" ? await created : created; // To wait for the newer one is to wait for the end.
poller.onProgress((state) => seen.push(state.status));

let result;
let error;
try {
  result = await poller.pollUntilDone();
} catch (failed) {
  error = { name: failed.name, message: failed.message };
}
const state = poller.operationState ?? poller.getOperationState();
console.log(JSON.stringify({ status: state.status, seen, result, error }));
