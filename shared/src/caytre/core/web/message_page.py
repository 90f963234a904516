"""An AsyncAPI document as one page for people, without script: topics, headers, messages, states, shapes."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from caytre.core.schemas.components import LOCAL

Object = Mapping[str, Any]

#: In every message's value, and explained once.
IN_EVERY_MESSAGE = ("deadlines", "settles", "state")
_STATE_IN_MESSAGE = "`state` is the record's last state, `caytre.<kind>.state.v1`, which stands with its kind below."
_CODE = re.compile(r"`([^`]+)`")
_DAY_MS = 86_400_000


def body(document: Object) -> str:
    """What stands in the page's `main`."""
    return "".join(_parts(document))


def _parts(document: Object) -> Iterator[str]:
    info, schemas = document["info"], document["components"]["schemas"]
    messages: Object = document["components"]["messages"]
    yield f"<h1>{_escaped(info['title'])}</h1>{prose(info['description'])}"
    yield '<p><a href="#topics">Topics</a> · <a href="#headers">Headers</a>'
    kinds = [tag["name"] for tag in info["tags"]]
    yield "".join(f' · <a href="#{kind}">{_escaped(kind)}</a>' for kind in kinds)
    yield ' · <a href="#restricted">restricted</a> · <a href="#shapes">Shapes</a></p>'
    yield '<h2 id="topics">Topics</h2>'
    for channel in document["channels"].values():
        yield _topic(channel)
    yield '<h2 id="headers">Headers</h2>'
    for name in ("EventHeaders", "StateHeaders"):
        yield prose(schemas[name]["description"]) + _members(schemas[name])
    yield '<h2 id="members">In every message</h2>' + prose(_STATE_IN_MESSAGE)
    yield _members(schemas["restricted"], ("deadlines", "settles"))
    for kind in kinds:
        yield f'<h2 id="{kind}">{_escaped(kind)}</h2>'
        for name, message in messages.items():
            if name.split(".")[1:2] == [kind]:
                yield _message(name, message, schemas)
    for name in ("restricted", "restricted_state", "tombstone", "head"):
        yield _message(name, messages[name], schemas)
    yield '<h2 id="shapes">Shapes</h2>'
    told = {reference_name(message["payload"]) for message in messages.values()}
    for name, schema in schemas.items():
        if name not in told and "properties" in schema and not name.endswith("Headers"):
            yield f'<h3 id="{name}">{_escaped(name)}</h3>{prose(schema.get("description", ""))}{_members(schema)}'


def _topic(channel: Object) -> str:
    kafka = channel["bindings"]["kafka"]
    settings: Object = kafka["topicConfiguration"]
    facts = [f"{kafka['partitions']} partition{'s' if kafka['partitions'] > 1 else ''}"]
    facts += ["compacted" if "compact" in settings["cleanup.policy"] else "not compacted"]
    if settings.get("retention.ms") == -1:
        facts.append("kept for ever")
    if "delete.retention.ms" in settings:
        facts.append(f"tombstones kept for {settings['delete.retention.ms'] // _DAY_MS} days")
    about = prose(channel["description"])
    return f"<h3><code>{_escaped(channel['address'])}</code></h3><p>{', '.join(facts)}</p>{about}"


def _message(name: str, message: Object, schemas: Object) -> str:
    payload = schemas.get(reference_name(message["payload"]), {})
    own = [member for member in payload.get("properties", {}) if member not in IN_EVERY_MESSAGE]
    where = payload.get("x-schema", "")
    schema = f'<p class="soft">Schema: <a href="{where}"><code>{_escaped(where)}</code></a></p>' if where else ""
    table = _members(payload, own) if own else ""
    return f'<h3 id="{name}"><code>{_escaped(name)}</code></h3>{prose(message.get("summary", ""))}{table}{schema}'


def _members(schema: Object, only: Iterable[str] | None = None) -> str:
    properties: Object = schema["properties"]
    required = schema.get("required", ())
    rows = "".join(
        f"<tr><td><code>{_escaped(name)}</code></td><td>{kind_of(properties[name])}</td>"
        f"<td>{'always' if name in required else ''}</td>"
        f"<td>{_marked(properties[name].get('description', ''))}</td></tr>"
        for name in (properties if only is None else only)
    )
    head = '<tr><th scope="col">member</th><th scope="col">type</th><th scope="col"></th><th scope="col"></th></tr>'
    return f'<div class="scroll"><table><thead>{head}</thead><tbody>{rows}</tbody></table></div>'


def kind_of(schema: Object) -> str:
    """What values a schema allows, in a few words of HTML; shapes as links."""
    if "$ref" in schema:
        name = reference_name(schema)
        return f'<a href="#{name}">{_escaped(name)}</a>'
    several = schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf")
    if several:
        return " or ".join(dict.fromkeys(kind_of(each) for each in several))
    if "const" in schema:
        return f"<code>{_escaped(str(schema['const']))}</code>"
    if "enum" in schema:
        return _values(schema["enum"])
    if "x-extensible-enum" in schema:
        return f"text; known today: {_values(schema['x-extensible-enum'])}"
    kind = str(schema.get("type", "anything"))
    items = schema.get("items")
    if kind == "array" and items:
        inside = ", ".join(map(kind_of, items)) if isinstance(items, list) else kind_of(items)
        return f"list of {inside}"
    if kind == "object" and isinstance(schema.get("additionalProperties"), Mapping):
        return f"object of {kind_of(schema['additionalProperties'])}"
    return _escaped({"string": "text", "null": "null"}.get(kind, kind) + _form(schema))


def _form(schema: Object) -> str:
    form = schema.get("format") or schema.get("pattern")
    return f" ({form})" if form else ""


def _values(values: Iterable[object]) -> str:
    return ", ".join(f"<code>{_escaped(str(value))}</code>" for value in values)


def reference_name(schema: Object) -> str:
    """The name of the component that a schema refers to, or nothing."""
    return str(schema.get("$ref", "")).removeprefix(LOCAL)


def prose(text: str) -> str:
    """Paragraphs, tables and code of our own Markdown."""
    return "".join(map(_block, text.strip().split("\n\n"))) if text.strip() else ""


def _block(text: str) -> str:
    lines = text.splitlines()
    if not all(line.startswith("|") for line in lines):
        return f"<p>{_marked(text)}</p>"
    rows = [[_marked(cell.strip()) for cell in line.strip("|").split("|")] for line in lines if set(line) - set("|-")]
    head = "".join(f'<th scope="col">{cell}</th>' for cell in rows[0])
    cells = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows[1:])
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{cells}</tbody></table></div>'


def _marked(text: str) -> str:
    return _CODE.sub(r"<code>\1</code>", _escaped(text))


def _escaped(text: str) -> str:
    return html.escape(text)
