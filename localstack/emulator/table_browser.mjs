// dynamodb-admin on a port of this machine, for its own pages and no other web page: the rule of
// origins.py, which has the reasons. Arguments: the port, and the URL of the AWS with the tables.
import { createServer } from "node:http";
import admin from "dynamodb-admin";

const [port, dynamoEndpoint] = process.argv.slice(2);
const tables = admin.createServer({ dynamoEndpoint, skipDefaultCredentials: true });
const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];

function isOwn({ host, origin, "sec-fetch-site": site }) {
  return (
    hosts.includes(host) &&
    [undefined, `http://${host}`].includes(origin) &&
    [undefined, "same-origin", "none"].includes(site)
  );
}

createServer((request, response) => {
  if (isOwn(request.headers)) return tables(request, response);
  const detail = `Open http://127.0.0.1:${port} in a tab of its own: other pages are not answered.`;
  response.writeHead(403, { "content-type": "application/problem+json" });
  response.end(JSON.stringify({ type: "about:blank", title: "Forbidden", status: 403, detail }));
}).listen(Number(port), "127.0.0.1");
