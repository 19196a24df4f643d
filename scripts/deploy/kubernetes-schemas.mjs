// JSON schemas for kubeconform from files that Go modules carry: Kubernetes' own OpenAPI document and the CRDs of others.
// Strict: a field that a schema does not know is a mistake.

/** File name that kubeconform looks for: `{{.ResourceKind}}{{.KindSuffix}}.json`. */
export function schemaFileName(group, version, kind) {
  const first = group.split('.')[0];
  return `${kind}${first === '' ? '' : `-${first}`}-${version}.json`.toLowerCase();
}

/** Every kind of an OpenAPI 2 document: file name -> schema that stands alone. */
export function schemasOfOpenApi({ definitions }) {
  const strict = Object.fromEntries(
    Object.entries(definitions).map(([name, schema]) => [name, strictly(schema)]),
  );
  const files = new Map();
  for (const [name, schema] of Object.entries(definitions)) {
    for (const { group, version, kind } of schema['x-kubernetes-group-version-kind'] ?? []) {
      const needed = Object.fromEntries(reachable(name, strict).map((one) => [one, strict[one]]));
      const document = { ...strict[name], definitions: needed };
      files.set(schemaFileName(group, version, kind), document);
    }
  }
  return files;
}

/** Every version of a CustomResourceDefinition: file name -> schema. */
export function schemasOfCrd({ spec }) {
  return new Map(
    spec.versions.map(({ name, schema }) => [
      schemaFileName(spec.group, name, spec.names.kind),
      withTypeMeta(strictly(schema.openAPIV3Schema)),
    ]),
  );
}

function withTypeMeta(schema) {
  const properties = { ...schema.properties, metadata: { type: 'object' } };
  return { ...schema, properties };
}

/** Names of the definitions that one leads to, itself included. */
function reachable(name, definitions, found = new Set()) {
  if (found.has(name)) return [...found];
  found.add(name);
  for (const [, next] of JSON.stringify(definitions[name]).matchAll(/"#\/definitions\/([^"]+)"/g)) {
    reachable(next, definitions, found);
  }
  return [...found];
}

/** The schema with unknown fields refused, and with the two kinds of value that are a number or a text. */
function strictly(schema) {
  if (Array.isArray(schema)) return schema.map(strictly);
  if (typeof schema !== 'object' || schema === null) return schema;
  if (isNumberOrText(schema)) return { type: ['string', 'number'] };
  const inner = Object.fromEntries(
    Object.entries(schema).map(([name, value]) => [
      name,
      name === 'properties'
        ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, strictly(one)]))
        : strictly(value),
    ]),
  );
  const closed =
    inner.properties !== undefined &&
    inner.additionalProperties === undefined &&
    schema['x-kubernetes-preserve-unknown-fields'] !== true;
  return closed ? { ...inner, additionalProperties: false } : inner;
}

function isNumberOrText({ format, description = '', ...schema }) {
  if (format === 'int-or-string' || schema['x-kubernetes-int-or-string'] === true) return true;
  return schema.type === 'string' && description.startsWith('Quantity is a fixed-point');
}
