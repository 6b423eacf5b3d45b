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

// Words for people: what every script of the page shares. No page of its own, no network.
(() => {
  const SIGNS = { amp: '&', lt: '<', gt: '>' };
  const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

  /**
   * The value as it is on the firewall. OPNsense sends `&`, `<` and `>` to a browser's session as entities; this takes
   * exactly that back, once. For textContent only, never for markup.
   */
  function plain(value) {
    return String(value ?? '').replace(/&(amp|lt|gt);/g, (_match, name) => SIGNS[name]);
  }

  /** The value as markup that shows it as text, whether OPNsense has sent it with entities or not. */
  function markup(value) {
    return plain(value).replace(/[&<>"']/g, (sign) => ENTITIES[sign]);
  }

  /** The text with its `%s` replaced by the values, in order. */
  function fill(text, ...values) {
    const left = [...values];
    return text.replace(/%s/g, () => String(left.shift() ?? ''));
  }

  /** Seconds as a clock shows them: 1:05, or 1:00:05 from an hour on. Never below zero. */
  function clock(seconds) {
    const whole = Math.max(0, Math.ceil(seconds));
    const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
    const padded = (number) => String(number).padStart(2, '0');
    if (hours > 0) return `${hours}:${padded(minutes)}:${padded(whole % 60)}`;
    return `${minutes}:${padded(whole % 60)}`;
  }

  /** A moment of the firewall, in seconds since 1970, in the time zone and the habits of whoever looks. */
  function when(epoch) {
    return epoch > 0 ? new Date(epoch * 1000).toLocaleString() : '';
  }

  /** The texts that the view carries, already in the language of the user, by name. */
  function texts(content) {
    const found = {};
    for (const one of content.querySelectorAll('[data-text]')) found[one.dataset.text] = one.textContent.trim();
    return found;
  }

  /** Puts a value into each `data-field` of the element that has one in `values`. */
  function put(element, values) {
    for (const field of element.querySelectorAll('[data-field]')) {
      if (field.dataset.field in values) field.textContent = values[field.dataset.field];
    }
  }

  window.slash32 = { plain, markup, fill, clock, when, texts, put };
})();
