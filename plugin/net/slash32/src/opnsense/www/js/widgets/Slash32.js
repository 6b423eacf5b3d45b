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

const SIGNS = { amp: '&', lt: '<', gt: '>' };
const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** The value as markup that shows it as text, whether OPNsense has sent it with entities or not. */
function markup(value) {
  return String(value ?? '')
    .replace(/&(amp|lt|gt);/g, (_match, name) => SIGNS[name])
    .replace(/[&<>"']/g, (sign) => ENTITIES[sign]);
}

function clock(seconds) {
  const whole = Math.max(0, Math.ceil(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

// biome-ignore lint/style/noDefaultExport: the dashboard takes a widget's default export
export default class Slash32 extends BaseTableWidget {
  constructor() {
    super();
    this.tickTimeout = 10;
    this.ends = [];
    this.ticker = null;
  }

  getMarkup() {
    return $('<div></div>').append(this.createTable('slash32-table', { headerPosition: 'left' }));
  }

  async onMarkupRendered() {
    this.ticker = setInterval(() => this.showClocks(), 1000);
  }

  onWidgetClose() {
    clearInterval(this.ticker);
    super.onWidgetClose();
  }

  async onWidgetTick() {
    const words = this.translations;
    const answer = await this.ajaxCall(`/api/slash32/status/${'summary'}`);
    if (answer.result !== 'ok') {
      this.ends = [];
      super.updateTable('slash32-table', [[words.waiting, markup(answer.message || words.unreachable)]]);
      return;
    }
    this.ends = answer.pending.map((change) => performance.now() / 1000 + change.seconds_left);
    super.updateTable('slash32-table', [
      [words.waiting, this.waiting(answer.pending)],
      [words.managed, `${Number(answer.managed)} ${markup(this.places(answer.interfaces))}`],
      [words.last, this.last(answer.recent[0])],
    ]);
    this.showClocks();
  }

  waiting(pending) {
    if (pending.length === 0) return `<span class="text-success">${markup(this.translations.nothing)}</span>`;
    return pending.map(
      (change) =>
        `<div><strong class="slash32-left text-danger"></strong></div><div>${markup(change.owner)}: ${markup(change.summary)}</div>` +
        `<div><a href="/ui/slash32/index/status">${markup(this.translations.decide)}</a></div>`,
    );
  }

  places(interfaces) {
    return interfaces.length > 0 ? `(${interfaces.map((one) => `${one.descr} ${one.count}`).join(', ')})` : '';
  }

  last(entry) {
    if (!entry) return markup(this.translations.never);
    const outcome = this.translations[`outcome_${entry.outcome}`] ?? entry.outcome;
    return [
      markup(new Date(entry.at * 1000).toLocaleString()),
      `${markup(entry.summary)} (${markup(outcome)})`,
      markup(entry.owner),
    ];
  }

  /** The clocks go on between two questions to the firewall. */
  showClocks() {
    const faces = document.querySelectorAll('#slash32-table .slash32-left');
    this.ends.forEach((end, index) => {
      const left = end - performance.now() / 1000;
      if (!faces[index]) return;
      faces[index].textContent = left > 0 ? this.translations.left.replace('%s', clock(left)) : this.translations.over;
    });
  }
}
