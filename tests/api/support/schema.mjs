// Checks values against the schemas of the OpenAPI document, more strictly than JSON Schema would: what the document does not declare must
// not be there. Knows exactly the words that the document uses, and fails on others, so that it never passes what it does not understand.
const KNOWN = new Set(['type', 'properties', 'required', 'items', 'enum', 'pattern', 'format', 'description', 'minimum', 'maximum',
  'minLength', 'maxLength', 'minItems', 'maxItems', 'additionalProperties', '$ref']);
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

function typeOf(value) {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value;
}

function isOf(type, value) {
  return type === 'integer' ? Number.isInteger(value) : typeOf(value) === type;
}

function* objectProblems(schema, value, document, at) {
  for (const name of schema.required ?? [])
    if (!(name in value))
      yield `${at}.${name} is missing`;
  for (const [name, member] of Object.entries(value)) {
    if (!(name in (schema.properties ?? {})))
      yield `${at}.${name} is not declared`;
    else
      yield* problems(schema.properties[name], member, document, `${at}.${name}`);
  }
}

function* textProblems(schema, value, at) {
  const length = [...value].length;
  if (schema.pattern && !new RegExp(schema.pattern, 'u').test(value))
    yield `${at} does not match ${schema.pattern}`;
  if (schema.format === 'date-time' && !(TIME.test(value) && Number.isFinite(Date.parse(value))))
    yield `${at} is no time: ${value}`;
  if (length < (schema.minLength ?? 0) || length > (schema.maxLength ?? Infinity))
    yield `${at} has ${length} characters`;
}

/** Everything that is wrong with `value`, as sentences. */
export function* problems(schema, value, document, at = 'reply') {
  if (schema.$ref)
    schema = document.components.schemas[schema.$ref.split('/').pop()];
  for (const word of Object.keys(schema))
    if (!KNOWN.has(word))
      yield `${at}: this checker does not know '${word}'`;
  const types = schema.type === undefined ? [] : [schema.type].flat();
  if (types.length > 0 && !types.some((type) => isOf(type, value))) {
    yield `${at} is ${typeOf(value)}, not ${types.join(' or ')}`;
    return;
  }
  if (value === null)
    return;
  if (schema.enum && !schema.enum.includes(value))
    yield `${at} is '${value}', none of ${schema.enum.join(', ')}`;
  if (types.includes('object'))
    yield* objectProblems(schema, value, document, at);
  if (types.includes('array'))
    for (const [i, item] of value.entries())
      yield* problems(schema.items, item, document, `${at}[${i}]`);
  if (types.includes('string'))
    yield* textProblems(schema, value, at);
  if (typeof value === 'number' && (value < (schema.minimum ?? -Infinity) || value > (schema.maximum ?? Infinity)))
    yield `${at} is ${value}, out of range`;
}

/** The operation of the document that a request meets: {path, operation}, or null. Literal segments win over {names}. */
export function operationOf(document, method, target) {
  const wanted = target.split('?')[0].split('/');
  const matches = Object.keys(document.paths).filter((path) => {
    const segments = path.split('/');
    return segments.length === wanted.length && segments.every((segment, i) => segment.startsWith('{') || segment === wanted[i]);
  });
  const path = matches.sort((a, b) => a.split('{').length - b.split('{').length)[0];
  const operation = path && document.paths[path][method.toLowerCase()];
  return operation ? { path, operation } : null;
}

/** Every operation: {method, path, operation}. */
export function operations(document) {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })));
}
