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

// One change that waits to be confirmed: its countdown, what happens if nobody does anything, and two buttons.
(() => {
  const { plain, fill, clock, when, put } = window.slash32;
  /** From here on the clock is red. */
  const HURRY = 30;

  /**
   * Makes the panel from the view's template. `end(verb, id)` is called with confirm or rollback; `now()` gives seconds
   * of a clock that nobody sets, since the browser's and the firewall's time of day may differ.
   */
  function createPendingPanel({ template, texts, end, now }) {
    const element = template.content.firstElementChild.cloneNode(true);
    const bar = element.querySelector('[data-part=bar]');
    const face = element.querySelector('[data-field=clock]');
    const buttons = [...element.querySelectorAll('button')];
    let change = null;
    let ends = 0;
    let working = null;
    /** The rows as they are shown, so that reading on is not disturbed by each answer. */
    let shown = '';

    for (const button of buttons) button.addEventListener('click', () => end(button.dataset.verb, change.id));

    /** Shows what the firewall says of the change now. */
    function show(said) {
      change = said;
      ends = now() + said.seconds_left;
      const by = said.host ? fill(texts.by_from, plain(said.user), plain(said.host)) : plain(said.user);
      put(element, {
        summary: plain(said.summary) || texts.unknown_changes,
        owner: plain(said.owner),
        by: by || texts.unknown,
        since: when(said.since),
        deadline: fill(texts.if_nothing, when(said.deadline)),
      });
      showChanges(said.changes ?? [], said.more ?? 0);
      tick();
    }

    /** What changes, entry by entry: what stood there, and what stands there with the change. As text, whatever it is. */
    function showChanges(changes, more) {
      const stamp = JSON.stringify([changes, more]);
      if (stamp === shown) return;
      shown = stamp;
      const rows = changes.map((one) => {
        const row = document.createElement('tr');
        const what = [texts[`kind_${one.kind}`] ?? plain(one.kind), plain(one.place), plain(one.name)];
        const cells = [what.filter((part) => part !== '').join(' · '), plain(one.before), plain(one.after)];
        for (const text of cells) row.insertCell().textContent = text || texts.nothing_there;
        return row;
      });
      element.querySelector('[data-part=rows]').replaceChildren(...rows);
      element.querySelector('[data-part=changes]').hidden = rows.length === 0;
      put(element, { more: more > 0 ? fill(texts.more_changes, more) : '' });
    }

    /** Moves the clock; gives the seconds that are left. */
    function tick() {
      const left = Math.max(0, ends - now());
      const whole = Math.max(1, change.deadline - change.since);
      face.textContent = clock(left);
      face.classList.toggle('text-danger', left <= HURRY);
      bar.style.width = `${Math.min(100, (left / whole) * 100)}%`;
      element.classList.toggle('slash32-over', left === 0);
      const isShut = left === 0 || working !== null;
      for (const button of buttons) button.disabled = isShut;
      put(element, { progress: progress(left) });
      return left;
    }

    function progress(left) {
      if (working !== null) return texts[`${working}_running`];
      return left === 0 ? texts.settling : '';
    }

    /** Shuts the buttons while `verb` is under way; opens them again for null. */
    function work(verb) {
      working = verb;
      tick();
    }

    return { element, show, tick, work };
  }

  window.slash32.createPendingPanel = createPendingPanel;
})();
