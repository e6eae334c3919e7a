import {readdirSync, readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import en from '../src/messages/en.json';
import ru from '../src/messages/ru.json';

type Tree = {[key: string]: Tree | string};
function flat(tree: Tree, path = ''): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]) => (typeof value === 'string' ? [[path + key, value] as [string, string]] : flat(value, `${path}${key}.`)));
}
const english = new Map(flat(en as Tree));
const russian = new Map(flat(ru as Tree));
const places = (text: string) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();

test('both languages have the same keys, and each text its places', () => {
  expect([...russian.keys()]).toEqual([...english.keys()]);
  for (const [key, text] of english) expect([key, places(russian.get(key)!)]).toEqual([key, places(text)]);
});
test('a counted text has two forms in English and three in Russian', () => {
  for (const [key, text] of english) {
    const forms = text.split('|').length;
    if (forms > 1) expect([key, forms, russian.get(key)!.split('|').length]).toEqual([key, 2, 3]);
    else expect([key, russian.get(key)!.split('|').length]).toEqual([key, 1]);
  }
});
test('names that others look for stay', () => {
  expect(['nav.month', 'sign.login', 'sign.password', 'sign.code', 'act.leave_out', 'mapping.apply', 'mapping.trial'].map(key => english.get(key))).toEqual(['Month end', 'Login', 'Password', 'Code', 'Leave out', 'Put in force', 'Trial']);
});

const sources = ['src', 'src/parts', 'src/screens', 'src/lib', 'src/api'].flatMap(folder => readdirSync(folder).filter(name => /\.(vue|ts)$/.test(name) && !name.endsWith('.d.ts')).map(name => [`${folder}/${name}`, readFileSync(`${folder}/${name}`, 'utf8')] as const));
test('every key that a page names is in the files', () => {
  for (const [name, text] of sources)
    for (const [, key] of text.matchAll(/\b(?:t|say)\('([a-z_.]+)'/g)) expect([name, key, english.has(key!)]).toEqual([name, key, true]);
});
test('every text is used', () => {
  const all = sources.map(([, text]) => text).join('\n');
  const families = [...all.matchAll(/`([a-z_.]+)\$\{/g)].map(found => found[1]!);
  expect([...english.keys()].filter(key => !all.includes(`'${key}'`) && !families.some(family => key.startsWith(family)))).toEqual([]);
});
test('no component has words of its own', () => {
  for (const [name, text] of sources.filter(([name]) => name.endsWith('.vue'))) {
    const template = text.slice(text.indexOf('<template>')).replace(/\{\{[\s\S]*?\}\}/g, '').replace(/="[^"]*"/g, '').replace(/<[^>]*>/g, '\n');
    const words = template.split('\n').map(line => line.trim()).filter(line => /[A-Za-zА-я]{2,}/.test(line) && line !== 'hourbridge');
    expect([name, words]).toEqual([name, []]);
  }
});
