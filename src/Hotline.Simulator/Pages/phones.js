'use strict';
// The page polls for news and redraws only what changed, so that a half-typed reply stays where it is.

const words = {
  zh: {
    title: '电话架', demo: '演示 · 全部为模拟', m1: '+1 分', m5: '+5 分', m30: '+30 分', d1: '+1 天', console: '打开控制台',
    city: '城市 · 报告从这里来', file: '现在报告一件', when: '时间', narrative: '情节', number: '报告编号', triage: '级别',
    expert: '专家', state: '状态', silent: '静音', off: '关机', noCoverage: '不在服务区', reject: '拒收', autoAnswer: '自动应答',
    key: '自动应答后按的键', empty: '没有短信', send: '发送', reply: '回复短信', noReply: '+86 号码无法回复境外短信：请接听后按键，或在控制台应答',
    landline: '座机：收不到短信', optedOut: '已退订：发送 START 恢复', incoming: '来电', dialling: '正在呼叫热线', talking: '通话中',
    answer: '接听', decline: '拒接', hangUp: '挂断', pressed: '已按', call: '拨打热线', lastCall: '上次通话', next: '按顺序下一件',
    pace: '每分钟 {0} 件自动报告', paused: '自动报告已关闭', lost: '连不上模拟器，正在重试。', clockFailed: '服务器没有拨动时钟：它可能还没有启动。',
    filing: '等待服务器', atHome: '境内模板网关', ahead: '比真实时间快 ', queued: '在队列中', segments: '条',
    status: { accepted: '已接受', queued: '排队中', scheduled: '已定时', sent: '已发出', delivered: '已送达', undelivered: '未送达',
      failed: '发送失败', canceled: '已取消', received: '已发给热线', completed: '已结束', busy: '忙或拒接', 'no-answer': '无人接听' },
    states: { waiting: '等待服务器', filed: '已提交', answered: '值班人已应答', 'left alone': '无人应答（剧情如此）', 'no page': '没有呼叫', ended: '已走到结局' },
    roles: { duty: '值班', supervisor: '班长', county: '县', city: '市', school: '学校', hospital: '医院', public: '公众',
      other: '其他' },
  },
  en: {
    title: 'Phones', demo: 'demo · all simulated', m1: '+1 min', m5: '+5 min', m30: '+30 min', d1: '+1 day',
      console: 'Open the console',
    city: 'The city · where reports come from', file: 'File one now', when: 'When', narrative: 'Narrative',
      number: 'Report', triage: 'Triage',
    expert: 'Expert', state: 'State', silent: 'Silent', off: 'Off', noCoverage: 'No coverage', reject: 'Declines',
      autoAnswer: 'Auto answer',
    key: 'Key pressed after the automatic answer', empty: 'No texts', send: 'Send', reply: 'Reply',
    noReply: '+86 numbers cannot reply to a foreign sender: answer a call and press a key, or use the console',
    landline: 'Landline: no texts', optedOut: 'Opted out: send START to return', incoming: 'Incoming call',
      dialling: 'Calling the hotline',
    talking: 'In a call', answer: 'Answer', decline: 'Decline', hangUp: 'Hang up', pressed: 'Pressed',
      call: 'Call the hotline',
    lastCall: 'Last call', next: 'Next in turn', pace: '{0} reports a minute by themselves',
      paused: 'No reports by themselves',
    lost: 'The simulator does not answer; trying again.',
      clockFailed: 'The server did not move its clock: it may not be up yet.',
    filing: 'waiting for the server', atHome: 'mainland gateway', ahead: 'ahead by ', queued: 'in the queue', segments: 'parts',
    status: { accepted: 'accepted', queued: 'queued', scheduled: 'scheduled', sent: 'sent', delivered: 'delivered',
      undelivered: 'undelivered',
      failed: 'failed', canceled: 'canceled', received: 'sent to the hotline', completed: 'ended',
        busy: 'busy or declined', 'no-answer': 'no answer' },
    states: { waiting: 'waiting for the server', filed: 'filed', answered: 'answered by the person on duty',
      'left alone': 'nobody answers (as the story goes)', 'no page': 'no page', ended: 'came to its end' },
    roles: { duty: 'duty', supervisor: 'supervisor', county: 'county', city: 'city', school: 'school',
      hospital: 'hospital', public: 'public', other: 'other' },
  },
};
const signs = { T1: '▲', T2: '◆', T3: '●', T4: '○' };

let language = localStorage.getItem('language') ?? 'zh';
let version = -1;
let skew = 0;
let stories = [];
let consoleUrl = location.href;
const cards = new Map();
const $ = (id) => document.getElementById(id);
const t = (key) => words[language][key] ?? key;

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child != null));
  return element;
}

const clockText = (moment) => new Date(moment).toLocaleTimeString('zh-CN', { hour12: false });

async function send(method, path, body) {
  const answer = await fetch(path, {
    method, headers: body ? { 'Content-Type': 'application/json' } : {}, body: body ? JSON.stringify(body) : undefined,
  });
  if (answer.ok || answer.status === 204) return true;
  const why = await answer.json().catch(() => null);
  notice(why?.[language] ?? `${answer.status}`);
  return false;
}

let noticeTimer = 0;
function notice(text, stays = false) {
  const place = $('notice');
  place.textContent = text ?? '';
  place.hidden = !text;
  clearTimeout(noticeTimer);
  if (text && !stays) noticeTimer = setTimeout(() => { place.hidden = true; }, 6000);
}

// A part is drawn again only when what it shows is different.
function draw(place, shown, build) {
  const mark = language + JSON.stringify(shown);
  if (place.dataset.mark === mark) return false;
  place.dataset.mark = mark;
  place.replaceChildren(...build());
  return true;
}

function newCard(phone) {
  const path = `/phones/${encodeURIComponent(phone.number)}`;
  const who = make('div', { class: 'who' });
  const texts = make('div', { class: 'texts' });
  const call = make('div', { class: 'call', hidden: true });
  const input = make('input', { type: 'text', maxlength: 1600 });
  const button = make('button', { type: 'submit', class: 'primary' });
  const reply = make('form', {
    class: 'reply',
    onsubmit: async (event) => {
      event.preventDefault();
      const text = input.value;
      if (text && await send('POST', `${path}/reply`, { text })) input.value = '';
    },
  }, input, button);
  const note = make('p', { class: 'foot-note' });
  const card = make('article', { class: 'phone', 'data-number': phone.number },
    who, make('div', { class: 'screen' }, texts, call), reply, note);
  $('shelf').append(card);
  return { path, card, who, texts, call, input, button, reply, note };
}

function drawWho(parts, phone) {
  const { path, who } = parts;
  draw(who, [phone.owner, phone.switches], () => {
    const put = (change) => send('PUT', `${path}/switches`, { ...phone.switches, ...change });
    const toggle = (name) => make('label', {}, make('input', {
      type: 'checkbox', checked: phone.switches[name], onchange: (event) => put({ [name]: event.target.checked }),
    }), t(name));
    return [
      make('div', { class: 'line' }, make('h3', {}, phone.owner[language]),
        make('span', { class: 'role' }, t('roles')[phone.role] ?? phone.role)),
      make('div', { class: 'number' }, phone.number),
      make('div', { class: 'switches' }, ...['silent', 'off', 'noCoverage', 'reject', 'autoAnswer'].map(toggle),
        phone.switches.autoAnswer ? make('input', {
          class: 'key', value: phone.switches.autoKey, maxlength: 8, title: t('key'), 'aria-label': t('key'),
          onchange: (event) => put({ autoKey: event.target.value }),
        }) : null),
    ];
  });
}

function drawTexts(parts, phone) {
  const changed = draw(parts.texts, phone.texts, () => phone.texts.length === 0
    ? [make('p', { class: 'empty' }, t('empty'))]
    : phone.texts.map((text) => {
      const bad = text.status === 'undelivered' || text.status === 'failed';
      const kind = bad ? 'bad' : text.status === 'delivered' ? 'ok' : '';
      const parted = text.segments > 1 ? ` · ${text.segments} ${t('segments')}` : '';
      return make('div', { class: `text ${text.mine ? 'mine' : ''} ${!text.mine && !text.arrivedAt ? 'away' : ''}` },
        make('div', { class: 'body' }, text.body),
        make('div', { class: `foot ${kind}` },
          `${clockText(text.createdAt)} · ${text.gateway === 'template' ? `${t('atHome')} · ` : ''}${t('status')[text.status] ?? text.status}`
          + (text.errorCode ? ` ${text.errorCode}` : '') + parted));
    }));
  if (changed) parts.texts.scrollTop = parts.texts.scrollHeight;
}

function drawCall(parts, phone) {
  const { path, call: place } = parts;
  const call = phone.call;
  place.hidden = !call;
  if (!call) { delete place.dataset.mark; return; }
  const ringing = call.status === 'ringing' && !call.inbound;
  const drawn = draw(place, call, () => {
    const press = (digits) => send('POST', `${path}/press`, { digits });
    const state = ringing ? t('incoming') : call.status === 'ringing' ? t('dialling') : call.queue ? t('queued')
      : t('talking');
    return [
      make('h3', {}, call.other),
      make('p', { class: 'state' }, `${state} · ${clockText(call.since)}`),
      make('div', { class: 'said' }, ...call.said.map((text) => make('p', {}, text))),
      call.pressed ? make('p', { class: 'pressed' }, `${t('pressed')} ${call.pressed}`) : null,
      ringing ? null : make('div', { class: 'keys' },
        ...[...'123456789*0#'].map((key) => make('button', { type: 'button', onclick: () => press(key) }, key))),
      make('div', { class: 'buttons' },
        ringing ? make('button', { type: 'button', class: 'take', onclick: () => send('POST', `${path}/answer`) },
          t('answer')) : null,
        make('button', { type: 'button', class: 'drop', onclick: () =>
          send('POST', `${path}/${ringing ? 'reject' : 'hangup'}`) },
          t(ringing ? 'decline' : 'hangUp'))),
    ].filter(Boolean);
  });
  const said = place.querySelector('.said');
  if (drawn && said) said.scrollTop = said.scrollHeight;
}

function drawPhone(phone) {
  const parts = cards.get(phone.number) ?? cards.set(phone.number, newCard(phone)).get(phone.number);
  const ringing = phone.call?.status === 'ringing' && !phone.call.inbound;
  parts.card.classList.toggle('ringing', ringing);
  parts.card.classList.toggle('talking', phone.call?.status === 'in-progress');
  parts.card.classList.toggle('dark', phone.switches.off);
  drawWho(parts, phone);
  drawTexts(parts, phone);
  drawCall(parts, phone);
  parts.input.placeholder = t('reply');
  parts.input.disabled = parts.button.disabled = !phone.canReply;
  parts.button.textContent = t('send');
  draw(parts.note, [phone.canReply, phone.optedOut, phone.lastCall, !phone.call], () => {
    const note = phone.landline ? t('landline') : !phone.canReply ? t('noReply') : phone.optedOut ? t('optedOut')
      : null;
    const last = phone.lastCall
      ? `${t('lastCall')} ${clockText(phone.lastCall.at)} · ${t('status')[phone.lastCall.status] ?? phone.lastCall.status}` : null;
    return [
      phone.call ? '' : make('button', { type: 'button', onclick: () => send('POST', `${parts.path}/call`, {}) },
        t('call')),
      last ? make('span', {}, ` ${last}`) : '', note ? make('div', {}, note) : '',
    ];
  });
  if (ringing && !phone.switches.silent) ring();
}

let sound = null;
function ring() {
  sound ??= new AudioContext();
  const tone = sound.createOscillator();
  const volume = sound.createGain();
  volume.gain.value = 0.08;
  tone.frequency.value = 660;
  tone.connect(volume).connect(sound.destination);
  tone.start();
  tone.stop(sound.currentTime + 0.35);
}

function drawTime() {
  const now = new Date(Date.now() + skew);
  $('now').textContent = `${now.getMonth() + 1}月${now.getDate()}日 ${clockText(now)}`;
  if (language === 'en') $('now').textContent = `${now.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' })} ${clockText(now)}`;
  const minutes = Math.round(skew / 60000);
  const days = Math.floor(minutes / 1440);
  const rest = `${Math.floor(minutes / 60) % 24}:${String(minutes % 60).padStart(2, '0')}`;
  $('ahead').textContent = minutes < 1 ? ''
    : t('ahead') + (days > 0 ? `${days}${language === 'zh' ? ' 天 ' : ' d '}` : '') + rest;
}

function drawCity(city) {
  $('pace').textContent = city.running ? t('pace').replace('{0}', city.rate) : t('paused');
  if (stories.length === 0) stories = city.narratives;
  draw($('story'), stories, () => [make('option', { value: '' }, t('next')),
    ...stories.map((story) => make('option', { value: story.id, title: story.summaryEn },
      `${story.triage} · ${language === 'zh' ? story.title : story.summaryEn}`))]);
  const chip = (level) => level ? make('span', { class: `chip ${level}` }, `${signs[level] ?? ''} ${level}`) : '';
  draw($('filings'), city.filings, () => city.filings.slice(-12).reverse().map((filing) => {
    const story = stories.find((known) => known.id === filing.narrative);
    const link = filing.reportNumber
      ? make('a', { href: new URL(`/reports/${filing.reportNumber}`, consoleUrl), target: '_blank', rel: 'noopener' },
        filing.reportNumber) : '';
    return make('tr', {},
      make('td', {}, filing.filedAt ? clockText(filing.filedAt) : ''),
      make('td', { title: story?.summaryEn }, language === 'zh' ? story?.title : story?.summaryEn),
      make('td', {}, link), make('td', {}, chip(filing.triage)), make('td', {}, chip(filing.expected)),
      make('td', { title: filing.stands }, t('states')[filing.state] ?? filing.state));
  }));
}

async function look() {
  try {
    const answer = await fetch(`/phones?after=${version}`);
    if (answer.status === 200) {
      const shelf = await answer.json();
      version = shelf.version;
      skew = new Date(shelf.now).getTime() - Date.now();
      shelf.phones.forEach(drawPhone);
      drawCity(await (await fetch('/city')).json());
    }
    if ($('notice').dataset.lost) { delete $('notice').dataset.lost; notice(null); }
  } catch {
    $('notice').dataset.lost = 'yes';
    notice(t('lost'), true);
  }
  drawTime();
}

function speak() {
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  document.querySelectorAll('[data-t]').forEach((element) => { element.textContent = t(element.dataset.t); });
  $('language').textContent = language === 'zh' ? 'EN' : '中文';
  document.title = language === 'zh' ? '电话架 · 儿童保护热线' : 'Phones · child protection hotline';
  version = -1;
}

$('language').addEventListener('click', () => {
  language = language === 'zh' ? 'en' : 'zh';
  localStorage.setItem('language', language);
  speak();
  look();
});
document.querySelectorAll('[data-advance]').forEach((button) => button.addEventListener('click', async () => {
  button.disabled = true;
  const answer = await fetch('/control/demo-clock', {
    method: 'POST', headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ advance: button.dataset.advance }),
  }).catch(() => null);
  button.disabled = false;
  if (!answer?.ok) notice(t('clockFailed'));
  version = -1;
  look();
}));
$('file').addEventListener('click', async () => {
  $('file').disabled = true;
  await send('POST', '/city/file', { narrative: $('story').value || null });
  $('file').disabled = false;
});
fetch('/page/settings').then((answer) => answer.json()).then((settings) => {
  consoleUrl = settings.console;
  $('console').href = settings.console;
});
speak();
look();
setInterval(look, 1000);
