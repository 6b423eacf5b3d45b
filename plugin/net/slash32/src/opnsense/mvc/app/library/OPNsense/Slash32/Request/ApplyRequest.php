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

namespace OPNsense\Slash32\Request;

/**
 * The body of `state/apply`, checked for its form. Whether it fits the firewall is not looked at here.
 */
final class ApplyRequest
{
    /** Entries in any one list, and of all kinds together. */
    public const MOST = 20000;

    private const OWNER = '/^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/D';

    /**
     * @param SegmentRequest[] $segments
     * @param AliasRequest[]|null $aliases null leaves all as they are
     * @param RuleRequest[]|null $rules null leaves all as they are
     * @param RedirectRequest[]|null $redirects null leaves all as they are
     * @param array|null $cut ways whose open connections end with the change (apply) and with its undoing (undo)
     * @param bool $onBackup whether a person wants it also on a node that is not the master of its pair
     * @param string[] $acceptStaticArp interfaces on which the restart of DHCP may put static ARP in force that was left set there
     */
    public function __construct(
        public readonly string $owner,
        public readonly string $fingerprint,
        public readonly string $host,
        public readonly bool $takeOver,
        public readonly string $baseRevision,
        public readonly string $message,
        public readonly int $confirmSeconds,
        public readonly ?string $token,
        public readonly bool $dryRun,
        public readonly array $segments,
        public readonly ?array $aliases,
        public readonly ?array $rules,
        public readonly ?array $redirects,
        public readonly array $acceptStaticArp = [],
        public readonly ?array $cut = null,
        public readonly bool $onBackup = false
    ) {
    }

    /** @throws Refusal with the code `invalid` and everything that is wrong */
    public static function parse(mixed $decoded): self
    {
        $errors = [];
        $form = (new Form([], '', $errors))->inner($decoded, '');
        if ($form !== null && self::isTooLong($decoded)) {
            $form->error('', sprintf('It has more than %d entries in all. Send it in parts.', self::MOST));
            throw new Refusal('invalid', array_values($errors));
        }
        $request = $form === null ? null : self::read($form);
        if ($request === null || $errors !== []) {
            throw new Refusal('invalid', array_values($errors));
        }
        return $request;
    }

    private static function read(Form $form): self
    {
        $owner = $form->match('owner', self::OWNER, 'an owner id: letters, digits, dot, dash, underscore, at most 32');
        $form->about($owner);
        $seconds = $form->number('confirm_seconds', 0, 86400, 0);
        $token = $form->has('token') && $form->raw('token') !== null
            ? $form->match('token', '/^[0-9a-f]{64}$/D', 'a token of 64 hexadecimal digits') : null;
        if ($seconds > 0 && $token === null) {
            $form->error('token', 'It is missing: without it nobody could confirm the change.');
        }
        $request = new self(
            $owner,
            $form->match('fingerprint', '/^[0-9a-f]{16,64}$/D', 'a fingerprint of 16 to 64 hexadecimal digits'),
            $form->match('host', '/^[A-Za-z0-9._-]{0,253}$/D', 'a host name', ''),
            $form->flag('take_over', false),
            $form->match('base_revision', '/^[0-9a-f]{64}$/D', 'a revision as state/get tells it'),
            $form->text('message', 255, 'slash32'),
            $seconds,
            $token,
            $form->flag('dry_run', false),
            self::segments($form, $owner),
            self::named($form, 'aliases', fn (Form $one) => AliasRequest::read($one, $owner), 'name'),
            self::named($form, 'rules', fn (Form $one) => RuleRequest::read($one, $owner), 'descr'),
            self::named($form, 'redirects', fn (Form $one) => RedirectRequest::read($one, $owner), 'descr'),
            self::interfaces($form, 'accept_static_arp'),
            self::cut($form),
            $form->flag('on_backup', false)
        );
        $form->refuseOthers();
        return $request;
    }

    /** Whether all lists together are too long, though none is alone: that one is named while it is read. */
    private static function isTooLong(array|object $decoded): bool
    {
        $decoded = (array)$decoded;
        $counts = [];
        $segments = $decoded['segments'] ?? null;
        $lists = [$segments, $decoded['aliases'] ?? null, $decoded['rules'] ?? null, $decoded['redirects'] ?? null];
        foreach (is_array($segments) ? $segments : [] as $segment) {
            foreach (is_array($segment) ? ['reservations', 'release', 'adopt'] : [] as $name) {
                $lists[] = $segment[$name] ?? null;
            }
        }
        foreach ($lists as $list) {
            $counts[] = is_array($list) ? count($list) : 0;
        }
        return max($counts) <= self::MOST && array_sum($counts) > self::MOST;
    }

    /** @return SegmentRequest[] */
    private static function segments(Form $form, string $owner): array
    {
        return self::named($form, 'segments', fn (Form $one) => SegmentRequest::read($one, $owner), 'interface') ?? [];
    }

    /** @return array|null as WaysRequest reads it; null where open connections are left alone */
    private static function cut(Form $outer): ?array
    {
        $form = $outer->has('cut') ? $outer->inner($outer->raw('cut'), 'cut') : null;
        return $form === null ? null : WaysRequest::read($form);
    }

    /** @return string[] a list of interface ids; empty when it is absent */
    private static function interfaces(Form $form, string $field): array
    {
        $found = $form->has($field) ? $form->items($field, 1000) : [];
        foreach ($found as $id) {
            if (!is_string($id) || preg_match('/^[a-z][a-z0-9_]{0,31}$/D', $id) !== 1) {
                $form->error($field, 'It is no list of interface ids.');
                return [];
            }
        }
        return $found;
    }

    /** A list of objects that no two of may have the same name; null when it is absent. */
    private static function named(Form $outer, string $field, callable $read, string $name): ?array
    {
        if (!$outer->has($field)) {
            return null;
        }
        $found = [];
        $seen = [];
        foreach ($outer->items($field, self::MOST) as $index => $item) {
            $form = $outer->inner($item, $field . '/' . $index);
            if ($form === null) {
                continue;
            }
            $one = $read($form);
            $key = $name === 'descr' ? Marker::of($one->descr) : strtolower($one->$name);
            if (isset($seen[$key])) {
                $form->error($name, sprintf('%s stands there twice.', $key));
            }
            $seen[$key] = true;
            $found[] = $one;
        }
        return $found;
    }
}
