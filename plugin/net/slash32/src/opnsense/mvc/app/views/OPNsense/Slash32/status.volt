{#
 # Copyright (C) 2026 The slash32 developers
 # All rights reserved.
 #
 # Redistribution and use in source and binary forms, with or without
 # modification, are permitted provided that the following conditions are met:
 #
 # 1. Redistributions of source code must retain the above copyright notice,
 #    this list of conditions and the following disclaimer.
 #
 # 2. Redistributions in binary form must reproduce the above copyright
 #    notice, this list of conditions and the following disclaimer in the
 #    documentation and/or other materials provided with the distribution.
 #
 # THIS SOFTWARE IS PROVIDED ``AS IS'' AND ANY EXPRESS OR IMPLIED WARRANTIES,
 # INCLUDING, BUT NOT LIMITED TO, THE IMPLIED WARRANTIES OF MERCHANTABILITY
 # AND FITNESS FOR A PARTICULAR PURPOSE ARE DISCLAIMED. IN NO EVENT SHALL THE
 # AUTHOR BE LIABLE FOR ANY DIRECT, INDIRECT, INCIDENTAL, SPECIAL, EXEMPLARY,
 # OR CONSEQUENTIAL DAMAGES (INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF
 # SUBSTITUTE GOODS OR SERVICES; LOSS OF USE, DATA, OR PROFITS; OR BUSINESS
 # INTERRUPTION) HOWEVER CAUSED AND ON ANY THEORY OF LIABILITY, WHETHER IN
 # CONTRACT, STRICT LIABILITY, OR TORT (INCLUDING NEGLIGENCE OR OTHERWISE)
 # ARISING IN ANY WAY OUT OF THE USE OF THIS SOFTWARE, EVEN IF ADVISED OF THE
 # POSSIBILITY OF SUCH DAMAGE.
 #/
 #}

<script src="{{ cache_safe('/ui/js/slash32/words.js') }}"></script>
<script src="{{ cache_safe('/ui/js/slash32/pending.js') }}"></script>
<script src="{{ cache_safe('/ui/js/slash32/tables.js') }}"></script>
<script src="{{ cache_safe('/ui/js/slash32/status.js') }}"></script>
<script>
    $( document ).ready(function() {
        slash32.startStatusPage(document.getElementById('slash32-status'));
    });
</script>

<style>
    #slash32-status [hidden] { display: none; }
    .slash32-pending { display: flex; flex-wrap: wrap; gap: 2em; align-items: flex-start; }
    .slash32-dial { flex: 0 0 11em; text-align: center; }
    .slash32-clock { font-size: 4em; line-height: 1.1; font-weight: bold; font-variant-numeric: tabular-nums; }
    .slash32-dial .progress { height: 8px; margin: 8px 0 4px; }
    .slash32-story { flex: 1 1 24em; }
    .slash32-story h3 { margin: 0 0 8px; }
    .slash32-story .btn { margin: 8px 8px 0 0; }
    .slash32-story details { margin-top: 12px; }
    .slash32-changes { margin: 8px 0 0; }
    .slash32-changes td { overflow-wrap: anywhere; }
    .slash32-over .slash32-clock { opacity: 0.6; }
    .slash32-facts { display: flex; flex-wrap: wrap; gap: 1em 3em; padding: 12px 15px; }
    .slash32-facts strong { display: block; font-size: 1.5em; }
    .slash32-code { font-family: monospace; }
    .slash32-filter { max-width: 24em; margin: 8px 0; }
    .slash32-box { padding: 8px 15px 15px; margin-bottom: 20px; }
</style>

<div id="slash32-status" data-url="/api/slash32/status">
    <div data-part="trouble" role="alert" hidden></div>
    <div data-part="message" role="status" hidden></div>
    <div data-part="pair" role="status" hidden></div>
    <div data-part="pending"></div>

    <div class="alert alert-info" data-part="no-scope" hidden>
        {{ lang._('slash32 may not touch any interface yet.') }}
        <a href="/ui/slash32/index/settings">{{ lang._('Choose the interfaces in the settings.') }}</a>
    </div>

    <div class="content-box slash32-box">
        <div class="slash32-facts" data-part="facts">
            <div data-part="quiet" hidden>
                {{ lang._('Waiting to be confirmed') }}
                <strong class="text-success">{{ lang._('Nothing') }}</strong>
                {{ lang._('Everything that was applied is settled.') }}
            </div>
            <div>
                {{ lang._('Managed reservations') }}
                <strong data-field="managed">…</strong>
                <span data-field="managed_on"></span>
            </div>
            <div>
                {{ lang._('Last apply') }}
                <strong data-field="last">…</strong>
                <span data-field="last_what"></span>
            </div>
            <div>
                {{ lang._('ISC DHCPv4') }}
                <strong data-field="dhcp" data-part="dhcp">…</strong>
            </div>
        </div>
    </div>

    <div class="content-box slash32-box">
        <h2>{{ lang._('Managed reservations') }}</h2>
        <div class="slash32-filter">
            <select class="form-control" data-part="interface" aria-label="{{ lang._('Interface') }}">
                <option value="">{{ lang._('All interfaces') }}</option>
            </select>
        </div>
        <table id="slash32-reservations" data-table="reservations" class="table table-condensed table-hover table-striped">
            <thead>
                <tr>
                    <th data-column-id="interface_descr" data-formatter="text">{{ lang._('Interface') }}</th>
                    <th data-column-id="ipaddr" data-formatter="code">{{ lang._('Address') }}</th>
                    <th data-column-id="mac" data-formatter="code">{{ lang._('MAC') }}</th>
                    <th data-column-id="hostname" data-formatter="text">{{ lang._('Hostname') }}</th>
                    <th data-column-id="nic" data-formatter="text">{{ lang._('Instance') }}</th>
                    <th data-column-id="owner" data-formatter="text">{{ lang._('Owner') }}</th>
                    <th data-column-id="descr" data-formatter="text" data-visible="false">{{ lang._('Description') }}</th>
                </tr>
            </thead>
            <tbody></tbody>
        </table>
    </div>

    <div class="content-box slash32-box">
        <h2>{{ lang._('Last applies') }}</h2>
        <table id="slash32-applies" data-table="applies" class="table table-condensed table-hover table-striped">
            <thead>
                <tr>
                    <th data-column-id="at" data-formatter="when" data-width="170">{{ lang._('When') }}</th>
                    <th data-column-id="outcome" data-formatter="outcome" data-width="150">{{ lang._('Outcome') }}</th>
                    <th data-column-id="summary" data-formatter="text">{{ lang._('What changed') }}</th>
                    <th data-column-id="owner" data-formatter="text">{{ lang._('Owner') }}</th>
                    <th data-column-id="user" data-formatter="text">{{ lang._('By') }}</th>
                    <th data-column-id="host" data-formatter="text">{{ lang._('From host') }}</th>
                    <th data-column-id="revision" data-formatter="revision" data-width="100">{{ lang._('Revision') }}</th>
                    <th data-column-id="details" data-formatter="details" data-sortable="false">{{ lang._('Details') }}</th>
                </tr>
            </thead>
            <tbody></tbody>
        </table>
    </div>

    <template data-part="pending-template">
        <div class="alert alert-warning slash32-pending">
            <div class="slash32-dial">
                <div class="slash32-clock" data-field="clock" role="timer"></div>
                {{ lang._('left to confirm') }}
                <div class="progress"><div class="progress-bar progress-bar-warning" data-part="bar"></div></div>
            </div>
            <div class="slash32-story">
                <h3>{{ lang._('A change waits to be confirmed') }}</h3>
                <p><strong data-field="deadline"></strong></p>
                <p data-field="summary"></p>
                <p>
                    {{ lang._('Owner') }} <strong data-field="owner"></strong>,
                    {{ lang._('by') }} <strong data-field="by"></strong>,
                    {{ lang._('since') }} <span data-field="since"></span>
                </p>
                <p>{{ lang._('slash32 confirms on its own as soon as it reaches the firewall again; if it has not, it may be cut off.') }}</p>
                <button type="button" class="btn btn-success" data-verb="confirm">{{ lang._('Confirm: keep it') }}</button>
                <button type="button" class="btn btn-danger" data-verb="rollback">{{ lang._('Roll back now') }}</button>
                <span data-field="progress" role="status"></span>
                <details data-part="changes" open hidden>
                    <summary>{{ lang._('What changes') }}</summary>
                    <table class="table table-condensed slash32-changes">
                        <thead>
                            <tr>
                                <th>{{ lang._('Entry') }}</th>
                                <th>{{ lang._('Before') }}</th>
                                <th>{{ lang._('With the change') }}</th>
                            </tr>
                        </thead>
                        <tbody data-part="rows"></tbody>
                    </table>
                    <p data-field="more"></p>
                </details>
            </div>
        </div>
    </template>

    <template data-part="texts">
        <span data-text="if_nothing">{{ lang._('If you do nothing, the firewall rolls it back by itself at %s.') }}</span>
        <span data-text="by_from">{{ lang._('%s from %s') }}</span>
        <span data-text="unknown">{{ lang._('unknown') }}</span>
        <span data-text="unknown_changes">{{ lang._('What it changed is not known yet.') }}</span>
        <span data-text="kind_reservation">{{ lang._('Reservation') }}</span>
        <span data-text="kind_setting">{{ lang._('Setting') }}</span>
        <span data-text="kind_alias">{{ lang._('Alias') }}</span>
        <span data-text="kind_rule">{{ lang._('Rule') }}</span>
        <span data-text="kind_redirect">{{ lang._('Destination NAT') }}</span>
        <span data-text="nothing_there">{{ lang._('nothing') }}</span>
        <span data-text="more_changes">{{ lang._('And %s more.') }}</span>
        <span data-text="settling">{{ lang._('Time is up: the firewall is rolling it back.') }}</span>
        <span data-text="confirm_running">{{ lang._('Confirming…') }}</span>
        <span data-text="rollback_running">{{ lang._('Rolling back…') }}</span>
        <span data-text="rollback_title">{{ lang._('Roll back') }}</span>
        <span data-text="rollback_question">{{ lang._('Put back what was in force before this change? Services restart briefly. What others changed meanwhile is left as it is and named.') }}</span>
        <span data-text="rollback_yes">{{ lang._('Roll back') }}</span>
        <span data-text="rollback_no">{{ lang._('Cancel') }}</span>
        <span data-text="ended_confirmed">{{ lang._('Confirmed: the change is kept for good.') }}</span>
        <span data-text="ended_rolled_back">{{ lang._('Rolled back: what was before is in force again.') }}</span>
        <span data-text="ended_expired">{{ lang._('Nobody confirmed in time: the firewall rolled the change back, and what was before is in force again.') }}</span>
        <span data-text="ended_restored">{{ lang._('DHCP did not come up with the change: what was before is in force again.') }}</span>
        <span data-text="ended_rebooted">{{ lang._('The firewall restarted before the change was confirmed: what was before is in force again.') }}</span>
        <span data-text="left">{{ lang._('Others changed these meanwhile, so they were left as they are:') }}</span>
        <span data-text="already">{{ lang._('It was settled before: %s. Nothing was changed now.') }}</span>
        <span data-text="unknown_change">{{ lang._('The firewall does not know this change any more. Nothing was changed.') }}</span>
        <span data-text="not_done">{{ lang._('It was not done: %s') }}</span>
        <span data-text="not_sent">{{ lang._('Whether it was done is not known: %s') }}</span>
        <span data-text="no_reason">{{ lang._('the firewall gave no reason; its log (slash32) may say more.') }}</span>
        <span data-text="peer_failed">{{ lang._('The other firewall was not seen to take it: %s') }}</span>
        <span data-text="pair_backup">{{ lang._('This firewall is the backup of a pair: slash32 writes nothing here and sends nothing to the other one.') }}</span>
        <span data-text="pair_unknown">{{ lang._('Whether this firewall is the master of its pair cannot be seen on all its CARP addresses: slash32 writes nothing here and sends nothing to the other one.') }}</span>
        <span data-text="pair_missing">{{ lang._('After a failover the other firewall would not have all of this: choose %s in System: High Availability: Settings.') }}</span>
        <span data-text="pair_kept">{{ lang._('Change %s of %s is kept here, and the other firewall was not seen to take it: after a failover packets go by what that one has. %s') }}</span>
        <span data-text="pair_undone">{{ lang._('Change %s of %s was undone here, but the other firewall may still have it: after a failover it is in force there. %s') }}</span>
        <span data-text="pair_unwatched">{{ lang._('Change %s of %s came from the other firewall before anybody had confirmed it. It is in force here, nobody watches it, and this firewall cannot undo it: what was before is known on the other one only.') }}</span>
        <span data-text="unreachable">{{ lang._('The firewall does not answer. This page has changed nothing, and a change that waits is rolled back by the firewall itself when its time is up. Trying again.') }}</span>
        <span data-text="signed_out">{{ lang._('The firewall refuses to answer: you are signed out, or may not see this. Reload the page to sign in again.') }}</span>
        <span data-text="nowhere">{{ lang._('on no interface') }}</span>
        <span data-text="never">{{ lang._('Never') }}</span>
        <span data-text="dhcp_running">{{ lang._('Running') }}</span>
        <span data-text="dhcp_stopped">{{ lang._('Stopped, although it should run') }}</span>
        <span data-text="dhcp_off">{{ lang._('Not in use') }}</span>
        <span data-text="outcome_pending">{{ lang._('waiting') }}</span>
        <span data-text="outcome_confirmed">{{ lang._('confirmed') }}</span>
        <span data-text="outcome_kept">{{ lang._('kept') }}</span>
        <span data-text="outcome_rolled_back">{{ lang._('rolled back') }}</span>
        <span data-text="outcome_expired">{{ lang._('not confirmed in time') }}</span>
        <span data-text="outcome_restored">{{ lang._('DHCP failed, restored') }}</span>
        <span data-text="outcome_rebooted">{{ lang._('undone at boot') }}</span>
    </template>
</div>
