// Adds up what the test runners left in a folder (*.trx, vitest*.json, playwright*.json, checks.tsv), names what failed
// and what was skipped, and ends with the one line that says it all. Exit code 1 on a failure, on no test at all and on
// a skip that this machine need not have made.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';

const folder = process.argv[2];
const tests = []; // { part, name, outcome: 'passed' | 'failed' | 'skipped', seconds, why }

const unescape = (text) =>
  text
    .replace(/&#x([0-9A-Fa-f]+);/g, (_, hex) => String.fromCodePoint(parseInt(hex, 16)))
    .replace(/&#(\d+);/g, (_, number) => String.fromCodePoint(Number(number)))
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&apos;/g, "'")
    .replace(/&amp;/g, '&');

function attribute(tag, name) {
  const found = new RegExp(`\\b${name}="([^"]*)"`).exec(tag);
  return found ? unescape(found[1]) : '';
}

function readTrx(file) {
  const part = file.replace(/\.trx$/, '');
  const text = readFileSync(join(folder, file), 'utf8');
  for (const [whole, tag] of text.matchAll(/<UnitTestResult\b([^>]*?)(?:\/>|>[\s\S]*?<\/UnitTestResult>)/g)) {
    const [hours, minutes, seconds] = (attribute(tag, 'duration') || '0:0:0').split(':').map(Number);
    const outcome = { Passed: 'passed', Failed: 'failed' }[attribute(tag, 'outcome')] ?? 'skipped';
    const why = unescape(/<Message>([\s\S]*?)<\/Message>/.exec(whole)?.[1] ?? '') || unescape(/<StdOut>([\s\S]*?)<\/StdOut>/.exec(whole)?.[1] ?? '');
    tests.push({ part, name: attribute(tag, 'testName'), outcome, seconds: hours * 3600 + minutes * 60 + seconds, why });
  }
}

function readVitest(file) {
  for (const suite of JSON.parse(readFileSync(join(folder, file), 'utf8')).testResults)
    for (const one of suite.assertionResults) {
      const outcome = { passed: 'passed', failed: 'failed' }[one.status] ?? 'skipped';
      tests.push({ part: 'console', name: one.fullName, outcome, seconds: (one.duration ?? 0) / 1000, why: (one.failureMessages ?? []).join('\n') });
    }
}

function readPlaywright(file) {
  const report = JSON.parse(readFileSync(join(folder, file), 'utf8'));
  for (const error of report.errors ?? []) tests.push({ part: 'browser', name: 'the run itself', outcome: 'failed', seconds: 0, why: error.message ?? '' });
  const walk = (suite, path) => {
    for (const spec of suite.specs ?? [])
      for (const one of spec.tests) {
        // A test that passes only on a second try has shown a defect: "flaky" counts as failed.
        const outcome = { expected: 'passed', skipped: 'skipped' }[one.status] ?? 'failed';
        const last = one.results.at(-1);
        const why = outcome === 'skipped' ? (one.annotations?.[0]?.description ?? '') : (last?.error?.message ?? one.status);
        tests.push({ part: 'browser', name: [...path, spec.title].join(' › '), outcome, seconds: (last?.duration ?? 0) / 1000, why });
      }
    for (const inner of suite.suites ?? []) walk(inner, [...path, inner.title]);
  };
  for (const suite of report.suites ?? []) walk(suite, [suite.title]);
}

function readChecks(file) {
  for (const line of readFileSync(join(folder, file), 'utf8').split('\n').filter(Boolean)) {
    const [name, outcome, seconds, why] = line.split('\t');
    tests.push({ part: 'check', name, outcome, seconds: Number(seconds), why: why ?? '' });
  }
}

for (const file of readdirSync(folder).sort()) {
  if (file.endsWith('.trx')) readTrx(file);
  else if (/^vitest.*\.json$/.test(file)) readVitest(file);
  else if (/^playwright.*\.json$/.test(file)) readPlaywright(file);
  else if (file === 'checks.tsv') readChecks(file);
}

function present(command) {
  try {
    execFileSync('/bin/sh', ['-c', 'command -v -- "$1"', 'sh', command], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

// "long form only: …" is no hole, the long form runs it; "needs X: …" is none where X cannot be had.
function excused(why) {
  if (/^long form only/i.test(why)) return true;
  const needs = /^needs ([\w.+-]+)/i.exec(why);
  return needs !== null && !present(needs[1]);
}

const passed = tests.filter((t) => t.outcome === 'passed');
const skipped = tests.filter((t) => t.outcome === 'skipped');
const unexcused = skipped.filter((t) => !excused(t.why.trim()));
const failed = [
  ...tests.filter((t) => t.outcome === 'failed'),
  ...unexcused.map((t) => ({ ...t, why: `skipped without an excuse ("needs X: …", "long form only: …"): ${t.why || 'no reason given'}` })),
];

const slowest = [...tests].sort((a, b) => b.seconds - a.seconds).slice(0, 10).filter((t) => t.seconds >= 1);
if (slowest.length > 0) {
  console.log('\nslowest:');
  for (const t of slowest) console.log(`  ${t.seconds.toFixed(1).padStart(6)} s  ${t.part}: ${t.name}`);
}
const reasons = new Map();
for (const t of skipped.filter((s) => !unexcused.includes(s))) reasons.set(t.why.trim(), (reasons.get(t.why.trim()) ?? 0) + 1);
for (const [why, count] of reasons) console.log(`skipped ${count}: ${why}`);
if (failed.length > 0) {
  console.log('\nfailed:');
  for (const t of failed) {
    console.log(`  ${t.part}: ${t.name}`);
    for (const line of t.why.trim().split('\n').slice(0, 12)) console.log(`      ${line}`);
  }
}
if (tests.length === 0) console.log('no test ran');
console.log(`\n${passed.length} passed, ${failed.length} failed`);
process.exitCode = failed.length === 0 && passed.length > 0 ? 0 : 1;
