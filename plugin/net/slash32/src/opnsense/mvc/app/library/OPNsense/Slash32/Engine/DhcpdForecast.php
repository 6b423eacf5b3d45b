<?php

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

namespace OPNsense\Slash32\Engine;

use OPNsense\Slash32\Check\DhcpdConf;
use OPNsense\Slash32\Check\DormantFaults;

/**
 * Whether dhcpd would come up again with what config.xml says now, whoever wrote it. OPNsense ends the running dhcpd
 * before it makes the new dhcpd.conf, so ask before each restart that no apply has checked.
 */
final class DhcpdForecast
{
    public function __construct(private readonly Runtime $runtime, private readonly DhcpdTest $test)
    {
    }

    /** @return array what speaks against it, as `errors` of a refusal; empty when it would start */
    public function objections(\SimpleXMLElement $root): array
    {
        $faults = array_map(fn (array $fault) => [
            'where' => 'dhcpd/' . $fault['interface'],
            'object' => $fault['object'],
            'message' => $fault['message'],
        ], DormantFaults::find($root));
        if ($faults !== []) {
            return $faults;
        }
        return $this->test->objections(
            DhcpdConf::text($root, $this->runtime->dhcpdConf(), $this->runtime->dhcpdIncludes())
        );
    }
}
