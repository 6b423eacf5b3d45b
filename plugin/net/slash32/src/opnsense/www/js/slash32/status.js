/*
 * Copyright (C) 2026 The slash32 developers
 * All rights reserved.
 *
 * Redistribution and use in source and binary forms, with or without
 * modification, are permitted provided that the following conditions are met:
 *
 * 1. Redistributions of source code must retain the above copyright notice,
 *    this list of conditions and the following disclaimer.
 *
 * 2. Redistributions in binary form must reproduce the above copyright
 *    notice, this list of conditions and the following disclaimer in the
 *    documentation and/or other materials provided with the distribution.
 *
 * THIS SOFTWARE IS PROVIDED ``AS IS'' AND ANY EXPRESS OR IMPLIED WARRANTIES,
 * INCLUDING, BUT NOT LIMITED TO, THE IMPLIED WARRANTIES OF MERCHANTABILITY
 * AND FITNESS FOR A PARTICULAR PURPOSE ARE DISCLAIMED. IN NO EVENT SHALL THE
 * AUTHOR BE LIABLE FOR ANY DIRECT, INDIRECT, INCIDENTAL, SPECIAL, EXEMPLARY,
 * OR CONSEQUENTIAL DAMAGES (INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF
 * SUBSTITUTE GOODS OR SERVICES; LOSS OF USE, DATA, OR PROFITS; OR BUSINESS
 * INTERRUPTION) HOWEVER CAUSED AND ON ANY THEORY OF LIABILITY, WHETHER IN
 * CONTRACT, STRICT LIABILITY, OR TORT (INCLUDING NEGLIGENCE OR OTHERWISE)
 * ARISING IN ANY WAY OUT OF THE USE OF THIS SOFTWARE, EVEN IF ADVISED OF THE
 * POSSIBILITY OF SUCH DAMAGE.
 */

// The status page: asks the firewall again and again, shows what waits, and sends Confirm and Roll back.
(() => {
  const { plain, markup, fill, clock, when, texts: readTexts, put } = window.slash32;
  const { createPendingPanel, createTables, offerInterfaces } = window.slash32;
  /** Milliseconds until the next question: nothing waits, something waits, the time of something is up. */
  const PACE = { idle: 15000, waiting: 5000, over: 1500 };
  /** After this long without an answer the page says so; a change that cut this browser off looks like that. */
  const PATIENCE = 8000;
  const LOOKS = { good: 'alert-success', note: 'alert-info', bad: 'alert-danger' };

  /** Starts the page on the view's root element; OPNsense's own helpers do the asking and the dialogs. */
  function startStatusPage(root) {
    const texts = readTexts(root.querySelector('[data-part=texts]').content);
    const url = root.dataset.url;
    const part = (name) => root.querySelector(`[data-part=${name}]`);
    const now = () => performance.now() / 1000;
    const title = document.title;
    const panels = new Map();
    const reloadTables = createTables({ root, texts, url });
    /** The question that is under way or comes next; an answer to an older one is not looked at. */
    let current = { request: null, drop: () => {} };
    let seen = null;

    /** Says it at the top of the page, as text; an empty text takes it away. */
    function say(where, look, lines) {
      const box = part(where);
      box.replaceChildren(
        ...lines.map((line) => {
          const paragraph = document.createElement('p');
          paragraph.textContent = line;
          return paragraph;
        }),
      );
      box.className = `alert ${LOOKS[look]}`;
      box.hidden = lines.length === 0;
    }

    function ask() {
      current.drop();
      const request = ajaxGet(`${url}/summary`, {}, (answer, status) => {
        if (current.request !== request) return;
        current.drop();
        if (status === 'success' && answer.result === 'ok') show(answer);
        else say('trouble', 'bad', [trouble(request, answer)]);
        current = later(ask, pace());
      });
      const slow = setTimeout(() => say('trouble', 'bad', [texts.unreachable]), PATIENCE);
      // an answer that never comes must not be the last question
      const again = setTimeout(ask, PATIENCE * 2);
      current = { request, drop: () => [slow, again].forEach(clearTimeout) };
    }

    function later(work, milliseconds) {
      const timer = setTimeout(work, milliseconds);
      return { request: null, drop: () => clearTimeout(timer) };
    }

    function pace() {
      if (panels.size === 0) return PACE.idle;
      return [...panels.values()].some((panel) => panel.tick() === 0) ? PACE.over : PACE.waiting;
    }

    function trouble(request, answer) {
      if (request.status === 401 || request.status === 403) return texts.signed_out;
      const said = answer?.message ?? answer?.errorMessage;
      return said ? plain(said) : texts.unreachable;
    }

    function show(answer) {
      say('trouble', 'bad', []);
      showPair(answer.pair ?? []);
      showPending(answer.pending, answer.recent);
      showFacts(answer);
      const stamp = JSON.stringify([answer.managed, answer.recent]);
      if (seen !== null && stamp !== seen) reloadTables();
      seen = stamp;
    }

    /** What is live without a watch, what the other node of a pair lacks, and what this one is. */
    function showPair(rows) {
      const worst = rows.some((row) => row.kind !== 'backup') ? 'bad' : 'note';
      say(
        'pair',
        worst,
        rows.map((row) => fill(texts[`pair_${row.kind}`], ...row.values.map(plain))),
      );
    }

    function showPending(pending, recent) {
      for (const change of pending) {
        if (!panels.has(change.id)) {
          const panel = createPendingPanel({ template: part('pending-template'), texts, end, now });
          panels.set(change.id, panel);
          part('pending').append(panel.element);
        }
        panels.get(change.id).show(change);
      }
      for (const [id, panel] of panels) {
        if (pending.some((change) => change.id === id)) continue;
        panel.element.remove();
        panels.delete(id);
        tellEnd(recent.find((entry) => entry.id === id));
      }
      part('quiet').hidden = panels.size > 0;
      tick();
    }

    /** A change ended without this page: by slash32 itself, by somebody else, or because its time was up. */
    function tellEnd(entry) {
      const said = texts[`ended_${entry?.outcome}`];
      if (!said) return;
      const isGood = entry.outcome === 'confirmed';
      say('message', isGood ? 'good' : 'note', [said, ...entry.details.map(plain)]);
    }

    function showFacts(answer) {
      const [last] = answer.recent;
      put(part('facts'), {
        managed: String(answer.managed),
        managed_on: answer.interfaces.map((one) => `${plain(one.descr)} ${one.count}`).join(' · ') || texts.nowhere,
        last: last ? when(last.at) : texts.never,
        last_what: last ? `${plain(last.summary)} · ${texts[`outcome_${last.outcome}`] ?? plain(last.outcome)}` : '',
        dhcp: texts[`dhcp_${answer.dhcp}`] ?? '',
      });
      part('dhcp').classList.toggle('text-danger', answer.dhcp === 'stopped');
      part('no-scope').hidden = answer.scope.length > 0;
      offerInterfaces(part('interface'), answer.interfaces);
    }

    function end(verb, id) {
      if (verb === 'confirm') return send(verb, id);
      return stdDialogConfirm(
        markup(texts.rollback_title),
        markup(texts.rollback_question),
        markup(texts.rollback_yes),
        markup(texts.rollback_no),
        () => send(verb, id),
        'danger',
      );
    }

    function send(verb, id) {
      panels.get(id)?.work(verb);
      say('message', 'note', []);
      const request = ajaxCall(`${url}/${verb}`, { id }, (answer, status) => {
        panels.get(id)?.work(null);
        if (status === 'success') drop(id, answer);
        say('message', ...verdict(request, answer, status));
        ask();
      });
    }

    /** What this page has ended itself needs no second message. */
    function drop(id, answer) {
      if (!['confirmed', 'rolled_back', 'expired', 'already'].includes(answer.result)) return;
      panels.get(id)?.element.remove();
      panels.delete(id);
      tick();
    }

    function verdict(request, answer, status) {
      if (status !== 'success') return ['bad', [fill(texts.not_sent, trouble(request, answer))]];
      const left = (answer.left ?? []).map((one) => `${plain(one.where)} ${plain(one.object)}: ${plain(one.message)}`);
      if (answer.result === 'confirmed') {
        const peer = answer.peer?.pushed === false ? [fill(texts.peer_failed, plain(answer.peer.message))] : [];
        return [peer.length > 0 ? 'note' : 'good', [texts.ended_confirmed, ...peer]];
      }
      if (answer.result === 'rolled_back' || answer.result === 'expired') {
        const head = texts[`ended_${answer.result}`];
        return [left.length > 0 ? 'note' : 'good', left.length > 0 ? [head, texts.left, ...left] : [head]];
      }
      if (answer.result === 'already') {
        const outcome = texts[`outcome_${answer.outcome}`] ?? plain(answer.outcome);
        return ['note', [fill(texts.already, outcome)]];
      }
      if (answer.result === 'unknown') return ['bad', [texts.unknown_change]];
      const errors = (answer.errors ?? []).map((one) => plain(one.message));
      return ['bad', [fill(texts.not_done, plain(answer.message) || errors.join(' ') || texts.no_reason)]];
    }

    function tick() {
      const left = [...panels.values()].map((panel) => panel.tick());
      document.title = left.length > 0 ? `(${clock(Math.min(...left))}) ${title}` : title;
    }

    setInterval(tick, 250);
    document.addEventListener('visibilitychange', () => document.hidden || ask());
    ask();
  }

  window.slash32.startStatusPage = startStatusPage;
})();
