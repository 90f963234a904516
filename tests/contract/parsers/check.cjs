// Prints, as JSON by file, what the official parsers say against AsyncAPI and OpenAPI documents, and how many messages
// or operations they found, so that a document which was not understood does not look like one without fault.
"use strict";

const { readFileSync } = require("node:fs");
const { Parser } = require("@asyncapi/parser");
const { Document, Spectral } = require("@stoplight/spectral-core");
const { Json } = require("@stoplight/spectral-parsers");
const { oas } = require("@stoplight/spectral-rulesets");

const ERROR = 0;
const METHODS = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

function complaints(diagnostics) {
  return diagnostics
    .filter((each) => each.severity === ERROR)
    .map((each) => `${each.code} at ${each.path.join("/")}: ${each.message}`);
}

async function asyncapi(text, file) {
  const { document, diagnostics } = await new Parser().parse(text, { source: file });
  return { found: document ? document.allMessages().all().length : 0, complaints: complaints(diagnostics) };
}

async function openapi(text, file) {
  const spectral = new Spectral();
  // Of OpenAPI 3.0: in 3.1 a tuple has its `prefixItems` and needs no `items`.
  spectral.setRuleset({ extends: [[oas, "all"]], rules: { "array-items": "off" } });
  const diagnostics = await spectral.run(new Document(text, Json, file));
  const paths = Object.values(JSON.parse(text).paths ?? {});
  const found = paths.flatMap((path) => METHODS.filter((method) => method in path)).length;
  return { found, complaints: complaints(diagnostics) };
}

async function main() {
  const said = {};
  for (const file of process.argv.slice(2)) {
    const text = readFileSync(file, "utf8");
    said[file] = await ("asyncapi" in JSON.parse(text) ? asyncapi : openapi)(text, file);
  }
  process.stdout.write(JSON.stringify(said));
}

main();
