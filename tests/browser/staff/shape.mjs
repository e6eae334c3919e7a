// Does a value have the shape that the OpenAPI file promises? So that no screen is tried with answers the API never gives.
import {readFileSync} from 'node:fs';

export const contract = JSON.parse(readFileSync(new URL('../../../src/web/api/openapi.json', import.meta.url), 'utf8'));

function resolved(schema) {
  return schema.$ref ? schema.$ref.split('/').slice(1).reduce((at, key) => at[key], contract) : schema;
}
function isType(value, type) {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'object') return value !== null && typeof value === 'object' && !Array.isArray(value);
  return typeof value === type;
}

/** What is wrong, one sentence each; nothing when it fits. */
export function misfits(value, given, path = '') {
  const schema = resolved(given);
  if (schema.allOf) return schema.allOf.flatMap(one => misfits(value, one, path));
  const choice = schema.oneOf ?? schema.anyOf;
  if (choice) return choice.some(one => misfits(value, one, path).length === 0) ? [] : [`${path}: none of the choices`];
  const types = [schema.type ?? []].flat();
  if (types.length && !types.some(type => isType(value, type))) return [`${path}: ${JSON.stringify(value)} is no ${types}`];
  if (schema.enum && !schema.enum.includes(value)) return [`${path}: ${value} is none of ${schema.enum}`];
  if (schema.pattern && typeof value === 'string' && !new RegExp(schema.pattern).test(value)) return [`${path}: ${value} does not match ${schema.pattern}`];
  if (Array.isArray(value)) return value.flatMap((one, n) => misfits(one, schema.items ?? {}, `${path}/${n}`));
  if (!isType(value, 'object')) return [];
  const lacks = (schema.required ?? []).filter(name => !(name in value)).map(name => `${path}: has no ${name}`);
  return lacks.concat(Object.entries(value).flatMap(([name, one]) => {
    const known = schema.properties?.[name];
    if (known) return misfits(one, known, `${path}/${name}`);
    if (schema.additionalProperties === false) return [`${path}: ${name} is not expected`];
    return schema.additionalProperties ? misfits(one, schema.additionalProperties, `${path}/${name}`) : [];
  }));
}

/** The operation of a method and path, with the names in its path; null where the file has none. */
export function operation(method, path) {
  const parts = path.split('/');
  for (const [template, item] of Object.entries(contract.paths)) {
    const wanted = template.split('/');
    if (wanted.length !== parts.length || !item[method.toLowerCase()]) continue;
    if (wanted.every((one, n) => one === parts[n])) return {template, of: item[method.toLowerCase()], names: {}};
  }
  for (const [template, item] of Object.entries(contract.paths)) {
    const wanted = template.split('/');
    if (wanted.length !== parts.length || !item[method.toLowerCase()]) continue;
    if (!wanted.every((one, n) => one.startsWith('{') || one === parts[n])) continue;
    const names = Object.fromEntries(wanted.flatMap((one, n) => (one.startsWith('{') ? [[one.slice(1, -1), decodeURIComponent(parts[n])]] : [])));
    return {template, of: item[method.toLowerCase()], names};
  }
  return null;
}
