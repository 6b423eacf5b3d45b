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

namespace OPNsense\Slash32\Edit;

use OPNsense\Slash32\Check\DhcpdConf;
use OPNsense\Slash32\Check\DormantFaults;
use OPNsense\Slash32\Check\Errors;
use OPNsense\Slash32\Check\FirewallCheck;
use OPNsense\Slash32\Check\Interfaces;
use OPNsense\Slash32\Check\Lockout;
use OPNsense\Slash32\Check\OutOfScope;
use OPNsense\Slash32\Check\RedirectCheck;
use OPNsense\Slash32\Check\RedirectLockout;
use OPNsense\Slash32\Check\RestartCheck;
use OPNsense\Slash32\Check\RestartEffects;
use OPNsense\Slash32\Check\RuleLockout;
use OPNsense\Slash32\Check\ScopeCheck;
use OPNsense\Slash32\Check\SegmentCheck;
use OPNsense\Slash32\Check\UnseenCaller;
use OPNsense\Slash32\Check\WayIn;
use OPNsense\Slash32\Request\Address;
use OPNsense\Slash32\Request\ApplyRequest;
use OPNsense\Slash32\Request\Refusal;
use OPNsense\Slash32\Request\SegmentRequest;

/**
 * Makes an apply in a tree of config.xml: checks all of it, edits, checks the result.
 */
final class Applier
{
    /**
     * @param \SimpleXMLElement $root edited in place; throw it away when this throws
     * @throws Refusal
     */
    public static function make(\SimpleXMLElement $root, ApplyRequest $request, Context $context): Outcome
    {
        $dom = Xml::dom($root);
        $interfaces = new Interfaces($root);
        $sections = new Sections($dom);
        $errors = new Errors();
        (new ScopeCheck($dom, $context, $interfaces, $errors))->run($request);
        $errors->refuse();
        $entries = [];
        $notes = [];
        foreach ($request->segments as $segment) {
            $section = $sections->find($segment->interface);
            $entries[$segment->interface] = Entry::all($section);
            $check = new SegmentCheck(
                $segment,
                $section,
                $entries[$segment->interface],
                $request->owner,
                $interfaces,
                $errors,
                $context->ownMacs
            );
            $check->run();
            array_push($notes, ...$check->notes());
        }
        FirewallCheck::run($dom, $request, $interfaces, $errors);
        (new RedirectCheck($dom, $request->owner, $interfaces))->run($request, $errors);
        $errors->refuse();

        $caller = (string)$context->caller;
        $way = Address::isValid($caller) ? new WayIn($root, $caller, $interfaces) : null;
        $lockout = new Lockout($dom, array_column($request->segments, 'interface'), $context, $way);
        $ruleLockout = $way === null ? null : new RuleLockout($root, $way, $interfaces);
        $outside = new OutOfScope($dom, $request->owner, $context->scope, $interfaces);
        $blanks = Blanks::find($dom, array_column($request->segments, 'interface'));
        $changes = [];
        foreach ($request->segments as $segment) {
            array_push($changes, ...self::segment($sections, $segment, $entries[$segment->interface], $request->owner));
        }
        $firewall = new FirewallEdit($dom, $request->owner);
        $firewall->make($request);
        $blanks = Blanks::makeWay($dom, $blanks);
        $made = $firewall->changes();
        $outside->check($made, $errors);
        FirewallCheck::result($dom, $made, $errors);
        $closing = (new Effect($changes, $root))->touchesDhcp()
            ? RestartEffects::closing($root, $context->staticArp) : [];
        $lockout->check($errors, $closing);
        RestartCheck::run($request, $closing, $errors);
        $ruleLockout?->check($request->rules ?? [], $errors);
        (new RedirectLockout($root, $way, $interfaces))->check($made, $request->redirects ?? [], $errors);
        $errors->refuse();
        $rules = self::checkModels($firewall, $context, $errors);
        array_push($changes, ...$rules, ...$blanks);
        array_push($notes, ...UnseenCaller::notes($context->caller, $way, $changes, $dom));
        $dormant = RestartCheck::dormant($request, $closing);
        return self::outcome($root, $changes, $notes, $request, $context, $errors, $dormant);
    }

    private static function segment(Sections $sections, SegmentRequest $segment, array $entries, string $owner): array
    {
        $existed = $sections->find($segment->interface) !== null;
        $changes = [
            ...SettingEdit::make($sections, $segment),
            ...ReservationEdit::make($sections, $segment, $entries, $owner),
        ];
        return $changes === [] ? [] : [...$sections->settle($segment->interface, $existed), ...$changes];
    }

    private static function checkModels(FirewallEdit $firewall, Context $context, Errors $errors): array
    {
        $changes = $firewall->changes();
        if ($changes === [] || $context->models === null) {
            return $changes;
        }
        foreach ($context->models->check() as $error) {
            $errors->add('model', $error['where'], $error['object'], $error['message']);
        }
        $errors->refuse();
        return $firewall->changes();
    }

    private static function outcome(
        \SimpleXMLElement $root,
        array $changes,
        array $notes,
        ApplyRequest $request,
        Context $context,
        Errors $errors,
        array $dormant
    ): Outcome {
        $effect = new Effect($changes, $root);
        $conf = null;
        if ($effect->touchesDhcp()) {
            foreach (DormantFaults::find($root) as $fault) {
                $errors->add('dhcpd', 'dhcpd/' . $fault['interface'], $fault['object'], $fault['message']);
            }
            $errors->refuse();
            $conf = DhcpdConf::text($root, $context->runningConf, $context->includes);
        }
        return new Outcome(
            $changes,
            $effect->counts(),
            $effect->reload(),
            $conf,
            Effect::expected($root, array_column($request->segments, 'interface')),
            $notes,
            DhcpdConf::isExpected($root),
            $dormant
        );
    }
}
