// node long.mjs PROJECT NAME: the `dotnet test` filter for the proofs whose counts HOTLINE_TEST_LONG (or another
// HOTLINE_TEST_…) raises. Those are the classes in files that name such a variable, or that use a helper class whose file
// names one. Empty when there is none.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const [project, name = ''] = process.argv.slice(2);
const files = readdirSync('.', { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.cs'))
  .map((entry) => ({ path: join(entry.parentPath ?? entry.path, entry.name) }))
  .map((file) => ({ ...file, text: readFileSync(file.path, 'utf8') }));

const naming = files.filter((file) => /HOTLINE_TEST_\w+/.test(file.text));
const helpers = naming.flatMap((file) => [...file.text.matchAll(/static class (\w+)/g)].map((found) => found[1]));
const isTest = (text) => /\[(Fact|Theory)\b/.test(text);
const classes = files
  .filter((file) => file.path.startsWith(`${project}/`) && isTest(file.text))
  .filter((file) => naming.includes(file) || helpers.some((helper) => new RegExp(`\\b${helper}\\.`).test(file.text)))
  .flatMap((file) => [...file.text.matchAll(/\bclass (\w+)/g)].map((found) => found[1]));

const filter = [...new Set(classes)].map((one) => `FullyQualifiedName~.${one}.`).join('|');
if (filter) process.stdout.write(name ? `(${filter})&FullyQualifiedName~${name}` : filter);
