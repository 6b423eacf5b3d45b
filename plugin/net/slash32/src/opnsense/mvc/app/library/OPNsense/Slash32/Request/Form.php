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
 * Reads the fields of one JSON object and collects what is wrong with them, each with its place. Every read gives back a
 * value of the right type, so that reading goes on after an error.
 */
final class Form
{
    /**
     * Control characters, line breaks among them, would end a line of dhcpd.conf or pf.conf; U+FFFE and U+FFFF are no
     * characters to XML, and config.xml would lose the whole text.
     */
    private const CONTROL = '/[\x00-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xa8\xa9]|\xef\xbf[\xbe\xbf]/';

    private const MISSING = 'It is missing.';

    /** Errors that are kept; a body of 16 MB could hold a million of them. */
    public const KEPT = 1000;

    private array $seen = [];

    /** @param array $errors by place, shared by all forms of a request */
    public function __construct(
        private readonly array $fields,
        public readonly string $where,
        private array &$errors,
        private string $object = ''
    ) {
    }

    /** An object inside this one, or in a list of it: an array with names, or the \stdClass that an empty one is. */
    public function inner(mixed $value, string $where): ?self
    {
        $place = $this->where === '' ? $where : $this->where . '/' . $where;
        if (!$value instanceof \stdClass && (!is_array($value) || array_is_list($value))) {
            $this->keep($place, 'It is no JSON object.');
            return null;
        }
        return new self((array)$value, $place, $this->errors, $this->object);
    }

    /** What the errors of this form are about, once it is known. */
    public function about(string $object): void
    {
        $this->object = self::start($object);
    }

    public function error(string $field, string $message): void
    {
        $where = $field === '' ? $this->where : ltrim($this->where . '/' . $field, '/');
        $this->keep($where, $message);
    }

    /** The first eighty letters. OPNsense does not promise mbstring. */
    public static function start(string $text): string
    {
        return preg_match('/^.{0,80}/us', $text, $found) === 1 ? $found[0] : '';
    }

    private function keep(string $where, string $message): void
    {
        // a field may be called anything, and its first error says enough
        $where = (string)preg_replace(self::CONTROL, '?', $where);
        if (count($this->errors) < self::KEPT && !isset($this->errors[$where])) {
            $this->errors[$where] = ['where' => $where, 'object' => $this->object, 'message' => $message];
        }
    }

    public function has(string $field): bool
    {
        $this->seen[$field] = true;
        return array_key_exists($field, $this->fields);
    }

    public function raw(string $field): mixed
    {
        $this->seen[$field] = true;
        return $this->fields[$field] ?? null;
    }

    /** Text without control characters, at most so many bytes long. */
    public function text(string $field, int $longest, ?string $default = null): string
    {
        if (!$this->has($field) && $default !== null) {
            return $default;
        }
        $value = $this->raw($field);
        if (!is_string($value)) {
            $this->error($field, $this->has($field) ? 'It is no text.' : self::MISSING);
            return '';
        }
        if (strlen($value) > $longest) {
            $this->error($field, sprintf('It is longer than %d bytes.', $longest));
            return '';
        }
        if (preg_match('//u', $value) !== 1 || preg_match(self::CONTROL, $value)) {
            $this->error($field, 'It holds a line break or another control character.');
            return '';
        }
        return $value;
    }

    public function match(string $field, string $pattern, string $what, ?string $default = null): string
    {
        $value = $this->text($field, 1024, $default);
        if ($value === $default && !array_key_exists($field, $this->fields)) {
            return $value;
        }
        if (!preg_match($pattern, $value)) {
            $this->error($field, sprintf('It is not %s.', $what));
            return '';
        }
        return $value;
    }

    /** @param string[] $choices */
    public function oneOf(string $field, array $choices, ?string $default = null): string
    {
        $value = $this->text($field, 64, $default);
        if (!in_array($value, $choices, true)) {
            $names = array_map(fn (string $one) => $one === '' ? '(empty)' : $one, $choices);
            $this->error($field, sprintf('It is none of %s.', implode(', ', $names)));
            return $choices[0];
        }
        return $value;
    }

    public function flag(string $field, bool $default): bool
    {
        if (!$this->has($field)) {
            return $default;
        }
        $value = $this->raw($field);
        if (!is_bool($value)) {
            $this->error($field, 'It is neither true nor false.');
            return $default;
        }
        return $value;
    }

    public function number(string $field, int $from, int $to, ?int $default = null): int
    {
        if (!$this->has($field) && $default !== null) {
            return $default;
        }
        $value = $this->raw($field);
        if (!is_int($value) || $value < $from || $value > $to) {
            $error = $this->has($field) ? sprintf('It is no whole number from %d to %d.', $from, $to) : self::MISSING;
            $this->error($field, $error);
            return $from;
        }
        return $value;
    }

    /** An IPv4 address in its usual form. */
    public function address(string $field): string
    {
        $value = $this->text($field, 15);
        if (!Address::isValid($value)) {
            $this->error($field, 'It is no IPv4 address.');
            return '0.0.0.0';
        }
        return $value;
    }

    /** A MAC address in lower case with colons. */
    public function mac(string $field): string
    {
        return $this->match($field, '/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/D', 'a MAC address in lower case with colons');
    }

    /** @return array the elements of a list, [] when it is none */
    public function items(string $field, int $most): array
    {
        $value = $this->raw($field);
        if (!is_array($value) || !array_is_list($value)) {
            $this->error($field, $this->has($field) ? 'It is no list.' : self::MISSING);
            return [];
        }
        if (count($value) > $most) {
            $this->error($field, sprintf('It has more than %d entries.', $most));
            return [];
        }
        return $value;
    }

    /** Names every field that nobody asked for. A mistyped field must not be passed over. */
    public function refuseOthers(): void
    {
        foreach ($this->fields as $field => $value) {
            if (!isset($this->seen[$field])) {
                $this->error(self::start((string)$field), 'There is no such field.');
            }
        }
    }
}
