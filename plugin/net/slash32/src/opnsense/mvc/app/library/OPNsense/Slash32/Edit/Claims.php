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

use OPNsense\Slash32\Request\ApplyRequest;

/**
 * A setting of an interface belongs to nobody: one that stands because of a change that waits may be what another owner
 * asks for too, who then has nothing to change. That claim is noted in the change that waits, as `wanted` beside each
 * setting, so that its undoing does not take away what somebody else was told is there.
 */
final class Claims
{
    /**
     * Notes what a request finds as it wants it; what the same owner claimed before on these interfaces is forgotten.
     * @param array $waiting changes of another owner's apply that waits, as Outcome has them
     * @param array $made changes of the request itself
     * @param \SimpleXMLElement $root as the request leaves it
     * @param string|null $id of the apply that claims; null when it had nothing to change and so cannot be undone
     * @return array|null the former, or null when nothing is different
     */
    public static function note(
        array $waiting,
        array $made,
        ApplyRequest $request,
        \SimpleXMLElement $root,
        ?string $id,
        int $now
    ): ?array {
        $segments = array_column($request->segments, null, 'interface');
        $own = self::settings($made);
        $sections = new Sections(Xml::dom($root));
        $before = $waiting;
        foreach (self::settings($waiting) as $key => $index) {
            ['interface' => $interface, 'setting' => $setting, 'after' => $after] = $waiting[$index];
            if (!isset($segments[$interface])) {
                continue;
            }
            $wanted = array_filter(
                $waiting[$index]['wanted'] ?? [],
                fn (array $claim) => $claim['owner'] !== $request->owner
            );
            $present = (new SettingSlot($sections, $interface, $setting))->sources();
            $stands = SettingSlot::canon($present) === SettingSlot::canon($after);
            if ($stands && !isset($own[$key]) && array_key_exists($setting, $segments[$interface]->settings)) {
                $wanted[] = ['owner' => $request->owner, 'id' => $id, 'since' => $now];
            }
            $waiting[$index]['wanted'] = array_values($wanted);
        }
        return $waiting === $before ? null : $waiting;
    }

    /** Forgets the claims of an apply that is undone; null when it had none here. */
    public static function drop(array $waiting, string $id): ?array
    {
        $before = $waiting;
        foreach (self::settings($waiting) as $index) {
            if (isset($waiting[$index]['wanted'])) {
                $waiting[$index]['wanted'] = array_values(
                    array_filter($waiting[$index]['wanted'], fn (array $claim) => $claim['id'] !== $id)
                );
            }
        }
        return $waiting === $before ? null : $waiting;
    }

    /** Whether somebody claims what the change did, so that it stays. */
    public static function isClaimed(array $change): bool
    {
        return ($change['wanted'] ?? []) !== [];
    }

    /**
     * Hands what stays after an undoing on to an apply that claims it and may be undone itself: then it goes back to what
     * was there before both.
     * @param array $standing the changes of that apply
     * @param string $id of that apply
     * @param array $left claimed changes that stay, with nothing but claims of applies that wait
     * @return array|null the former with the latter, or null when there is nothing to hand on
     */
    public static function take(array $standing, string $id, array $left): ?array
    {
        $known = self::settings($standing);
        $taken = [];
        foreach ($left as $change) {
            if ($change['wanted'][0]['id'] === $id && !isset($known[self::key($change)])) {
                $taken[] = ['wanted' => array_slice($change['wanted'], 1)] + $change;
            }
        }
        return $taken === [] ? null : [...$taken, ...$standing];
    }

    /** @return array interface and setting => index of the change */
    private static function settings(array $changes): array
    {
        $found = [];
        foreach ($changes as $index => $change) {
            if ($change['kind'] === 'setting') {
                $found[self::key($change)] = $index;
            }
        }
        return $found;
    }

    private static function key(array $change): string
    {
        return $change['interface'] . ' ' . $change['setting'];
    }
}
