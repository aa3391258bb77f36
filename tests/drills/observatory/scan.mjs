// Runs every test of the Observatory against a site of this machine: `node scan.mjs HOST HTTP_PORT HTTPS_PORT PATH COOKIE`.
// The program asks for a name of the world at the usual ports; here both lead to this machine, and nothing else does.
import net from "node:net";

const [host, http, https, path, cookie] = process.argv.slice(2);
const ports = { 80: Number(http), 443: Number(https) };
const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...given) {
  const options = Array.isArray(given[0]) ? given[0][0] : given[0];
  if (options.host !== host || !(options.port in ports)) {
    throw new Error(`${options.host}:${options.port} is not of this drill`);
  }
  Object.assign(options, { host: "127.0.0.1", port: ports[options.port] });
  return connect.apply(this, given);
};

const base = "@mdn/mdn-http-observatory/src";
const { retrieve } = await import(`./node_modules/${base}/retriever/retriever.js`);
const { ALL_TESTS } = await import(`./node_modules/${base}/constants.js`);
const { MINIMUM_SCORE_FOR_EXTRA_CREDIT } = await import(`./node_modules/${base}/grader/charts.js`);
const { getGradeForScore, getScoreModifier } = await import(`./node_modules/${base}/grader/grader.js`);

const headers = ["Accept: text/html", `Cookie: ${cookie}`];
const seen = await retrieve(host, { headers, path });
const tests = ALL_TESTS.map((test) => test(seen)).filter((test) => test.result);
const points = tests.map((test) => getScoreModifier(test.result));
// As the scanner counts: what is more than needed counts only where little is missing.
const without = points.filter((each) => each < 0).reduce((sum, each) => sum + each, 100);
const whole = points.reduce((sum, each) => sum + each, 100);
const { score, grade } = getGradeForScore(without >= MINIMUM_SCORE_FOR_EXTRA_CREDIT ? whole : without);
console.log(
  JSON.stringify({
    score,
    grade,
    status: seen.responses.auto?.status,
    tests: tests.map((test, place) => [test.constructor.name, test.result, points[place], test.pass]),
  }),
);
