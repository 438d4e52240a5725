"use strict";

/* Shows every operation of the document beside it, and sends what is filled in. All text is set as text. */

const METHODS = ["get", "post", "put", "delete"];

function element(name, text, attributes = {}) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function resolve(api, schema) {
  let found = schema || {};
  while (found.$ref) found = found.$ref.slice(2).split("/").reduce((at, part) => at[part], api);
  return found;
}

function example(api, given, depth = 0) {
  const schema = resolve(api, given);
  if (schema.examples) return schema.examples[0];
  if (schema.default !== undefined) return schema.default;
  const options = schema.anyOf || schema.oneOf;
  if (options) return example(api, options[0], depth);
  if (schema.enum) return schema.enum[0];
  if (schema.type === "array") return depth > 3 ? [] : [example(api, schema.items, depth + 1)];
  if (schema.type === "object") {
    const wanted = schema.required || [];
    return Object.fromEntries(wanted.map((name) => [name, example(api, schema.properties[name], depth + 1)]));
  }
  return { integer: 1, number: 1, boolean: false, string: "" }[schema.type] ?? null;
}

function field(form, name, place, told, isNeeded) {
  const label = element("label", `${name}${isNeeded ? " *" : ""} `);
  label.append(element("small", [place, told].filter(Boolean).join(": ")));
  const input = element("input", "", { "data-name": name, "data-place": place, autocomplete: "off" });
  input.required = isNeeded;
  label.append(input);
  form.append(label);
}

function requestOf(form, path, method) {
  let target = path;
  const query = new URLSearchParams();
  const headers = {};
  const token = document.getElementById("token").value.trim();
  if (token) headers.Authorization = `Bearer ${token}`;
  for (const input of form.querySelectorAll("input[data-name]")) {
    const { name, place } = input.dataset;
    if (place === "path") target = target.replace(`{${name}}`, encodeURIComponent(input.value));
    else if (!input.value) continue;
    else if (place === "query") query.append(name, input.value);
    else headers[name] = input.value;
  }
  const body = form.querySelector("textarea");
  if (body) headers["Content-Type"] = "application/json";
  const asked = query.toString();
  return [asked ? `${target}?${asked}` : target, { method: method.toUpperCase(), headers, body: body?.value }];
}

async function send(event, form, path, method, shown) {
  event.preventDefault();
  shown.hidden = false;
  shown.textContent = "…";
  try {
    const answer = await fetch(...requestOf(form, path, method));
    const text = await answer.text();
    const tag = answer.headers.get("ETag");
    let body = text;
    try { body = JSON.stringify(JSON.parse(text), null, 2); } catch { /* shown as it came */ }
    shown.textContent = `${answer.status} ${answer.statusText}${tag ? `\nETag: ${tag}` : ""}\n\n${body}`;
  } catch (fault) {
    shown.textContent = `No answer: ${fault}`;
  }
}

function operationOf(api, path, method, operation) {
  const details = element("details");
  const summary = element("summary");
  summary.append(element("b", method.toUpperCase()), element("code", path), element("span", operation.summary));
  const form = element("form");
  form.append(element("p", operation.description));
  for (const each of operation.parameters || []) {
    field(form, each.name, each.in, each.description, each.in === "path");
  }
  const body = operation.requestBody?.content["application/json"];
  if (body) {
    const text = element("textarea", JSON.stringify(example(api, body.schema), null, 2), { spellcheck: "false" });
    const label = element("label", "Body");
    label.append(text);
    form.append(label);
  }
  form.append(element("button", "Send"));
  const shown = element("pre");
  shown.hidden = true;
  form.append(shown);
  form.addEventListener("submit", (event) => send(event, form, path, method, shown));
  details.append(summary, form);
  return details;
}

async function start() {
  const main = document.getElementById("operations");
  const api = await (await fetch("/api/openapi.json")).json();
  document.getElementById("told").textContent = api.info.description;
  main.replaceChildren();
  const sections = new Map();
  for (const [path, methods] of Object.entries(api.paths)) {
    for (const method of METHODS.filter((name) => methods[name])) {
      const tag = methods[method].tags?.[0] || "other";
      if (!sections.has(tag)) {
        sections.set(tag, element("section"));
        sections.get(tag).append(element("h2", tag));
        main.append(sections.get(tag));
      }
      sections.get(tag).append(operationOf(api, path, method, methods[method]));
    }
  }
}

start();
