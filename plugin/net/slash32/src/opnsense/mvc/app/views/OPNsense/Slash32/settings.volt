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

<script>
    $( document ).ready(function() {
        mapDataToFormUI({'frm_slash32': '/api/slash32/settings/get'}).done(function() {
            $('.selectpicker').selectpicker('refresh');
        });
        ajaxGet('/api/slash32/status/summary', {}, function(answer, status) {
            const row = status === 'success' ? (answer.pair || []).find((one) => one.kind === 'missing') : undefined;
            if (row !== undefined) {
                $('#slash32-items').text($('#slash32-items').text().replace('%s', row.values[0])).show();
            }
        });

        $('#slash32-save').click(function() {
            $('#slash32-saved').hide();
            $('#slash32-save').prop('disabled', true);
            const open = function() {
                $('#slash32-save').prop('disabled', false);
            };
            saveFormToEndpoint('/api/slash32/settings/set', 'frm_slash32', function() {
                open();
                $('#slash32-saved').show();
            }, false, open);
        });
    });
</script>

<div class="alert alert-warning" id="slash32-items" role="status" style="display: none;">
    {{ lang._('After a failover the other firewall would not have all that slash32 writes: choose %s in System: High Availability: Settings.') }}
</div>

<div class="content-box">
    {{ partial("layout_partials/base_form", ['fields': formSettings, 'id': 'frm_slash32']) }}
</div>

<section class="page-content-main">
    <div class="content-box" style="padding: 15px;">
        <button class="btn btn-primary" id="slash32-save" type="button"><b>{{ lang._('Save') }}</b></button>
        <span id="slash32-saved" role="status" style="display: none;">
            {{ lang._('Saved. It holds from the next change on; nothing has to be applied.') }}
        </span>
    </div>
</section>
