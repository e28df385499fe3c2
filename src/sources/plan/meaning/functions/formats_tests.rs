//! Tables of calls of `format` and `formatlist`.

use super::super::testing::check;

#[test]
fn texts() {
    check(&[
        ("format", "'a'", "'a'"),
        ("format", "1", "'1'"),
        ("format", "'%s', 1.5", "'1.5'"),
        ("format", "'%s', 100000000", "'100000000'"),
        ("format", "'%s', true", "'true'"),
        ("format", "'%s', null", "'!'"),
        ("format", "'%s', ['a']", "'!'"),
        ("format", "'%s-%03d', 'web', 7", "'web-007'"),
        ("format", "'%%'", "'%'"),
        ("format", "'%5%'", "'!'"),
        ("format", "'%'", "'!'"),
        ("format", "'%z', 1", "'!'"),
        ("format", "'%é', 1", "'!'"),
        ("format", "'%i', 1", "'!'"),
        ("format", "'%1$s', 'a'", "'!'"),
        ("format", "'%*d', 5, 42", "'!'"),
        ("format", "'%s %s', 'a'", "'!'"),
        ("format", "'%s', 'a', 'b'", "'!'"),
        ("format", "'%[2]s %[1]s', 'a', 'b'", "'b a'"),
        ("format", "'%[2]s', 'a', 'b'", "'b'"),
        ("format", "'%[1]s %s', 'a', 'b'", "'a b'"),
        ("format", "'%[2]s %s', 'a', 'b'", "'!'"),
        ("format", "'%[0]s', 'a'", "'!'"),
        ("format", "'%10s|', 'a'", "'         a|'"),
        ("format", "'%-3s|', 'a'", "'a  |'"),
        ("format", "'%05s|', 'ab'", "'000ab|'"),
        ("format", "'%5.2s|', 'abcdef'", "'   ab|'"),
        ("format", "'%.0s|', 'a'", "'a|'"),
        ("format", "'%5s|', 'é'", "'    é|'"),
        ("format", "'%q', 'a\\nb<'", r"'\'a\\nb\\u003c\''"),
        ("format", "'%5q|', 'a'", r"'  \'a\'|'"),
        ("format", "'%q', 1", r"'\'1\''"),
        ("format", "'%q', [1]", "'!'"),
        ("format", "'%t', 'true'", "'true'"),
        ("format", "'%5t|', true", "'true|'"),
        ("format", "'%t', 1", "'!'"),
        ("format", "'%t', 'yes'", "'!'"),
        ("format", "null", "'!'"),
        ("format", "", "'!'"),
        ("format", "'%999999999999s', 'a'", "'??'"),
    ]);
}

#[test]
fn numbers() {
    check(&[
        ("format", "'%d', '12'", "'12'"),
        ("format", "'%d', 1.5", "'!'"),
        ("format", "'%d', 'a'", "'!'"),
        ("format", "'%d', true", "'!'"),
        ("format", "'%d', null", "'!'"),
        ("format", "'%05d', 42", "'00042'"),
        ("format", "'%05d', -42", "'-0042'"),
        ("format", "'%-05d|', 42", "'42   |'"),
        ("format", "'%5d|', 42", "'   42|'"),
        ("format", "'%+05d|', 42", "'+0042|'"),
        ("format", "'% 05d|', 42", "' 0042|'"),
        ("format", "'%x', 255", "'ff'"),
        ("format", "'%08X', 255", "'000000FF'"),
        ("format", "'%x', -255", "'-ff'"),
        ("format", "'%#x', 255", "'??'"),
        ("format", "'%o', 8", "'10'"),
        ("format", "'%b', -5", "'-101'"),
        ("format", "'%f', 1", "'1.000000'"),
        ("format", "'%f', '1.5'", "'1.500000'"),
        ("format", "'%8.2f|', 1.5", "'    1.50|'"),
        ("format", "'%08.3f|', -1.5", "'-001.500|'"),
        ("format", "'%.2f', 1.254", "'1.25'"),
        ("format", "'%.2f', 1.255", "'??'"),
        ("format", "'%F', 1.5", "'!'"),
        ("format", "'%e', 1.5", "'??'"),
        ("format", "'%v', 1.25", "'1.25'"),
        ("format", "'%v', 123456", "'123456'"),
        ("format", "'%v', 1000000", "'1e+06'"),
        ("format", "'%v', 123456789", "'1.23456789e+08'"),
        ("format", "'%v', 0.00001", "'1e-05'"),
        ("format", "'%05v|', -42", "'00-42|'"),
        ("format", "'%.1v|', 1.25", "'1.25|'"),
    ]);
}

#[test]
fn any_value() {
    check(&[
        ("format", "'%v', 'a'", "'a'"),
        ("format", "'%#v', 'a'", r"'\'a\''"),
        ("format", "'%v', null", "'null'"),
        ("format", "'%v', ['a', 1]", r"'[\'a\',1]'"),
        ("format", "'%v', {'a': 1}", r"'{\'a\':1}'"),
        ("format", "'%5v|', [1]", "'  [1]|'"),
        ("format", "'%s-%v', 'a', '@1'", "{'$template': ['a-', '@1']}"),
        ("format", "'%s', {'$template': ['a', '@1']}", "{'$template': ['a', '@1']}"),
        ("format", "'%d', '@1'", "{'$template': ['@1']}"),
        ("format", "'%5s', '@1'", "'??'"),
        ("format", "'%q', '@1'", "'??'"),
        ("format", "'%s', '#1'", "'??'"),
        ("format", "'@1', 'a'", "'??'"),
        ("format", "'%v', ['@1']", "{'$template': ['[', '@1', ']']}"),
    ]);
}

#[test]
fn lists() {
    check(&[
        ("formatlist", "'%s-%s', 'a', ['x', 'y']", "['a-x', 'a-y']"),
        ("formatlist", "'%d-%s', [1, 2], 'x'", "['1-x', '2-x']"),
        ("formatlist", "'%s', {'$set': ['a', 'b']}", "['a', 'b']"),
        ("formatlist", "'%s', 'a'", "['a']"),
        ("formatlist", "'a'", "['a']"),
        ("formatlist", "'%s', []", "[]"),
        ("formatlist", "'x', []", "[]"),
        ("formatlist", "'%s-%s', [], 'a'", "[]"),
        ("formatlist", "'%s-%s', ['a', 'b'], ['x']", "'!'"),
        ("formatlist", "'%s', 'a', 'b'", "'!'"),
        ("formatlist", "'%s', [null]", "'!'"),
        ("formatlist", "'%s', [['a']]", "'!'"),
        ("formatlist", "'%s', {'a': 1}", "'!'"),
        ("formatlist", "'%s-%s', 'a', ['@1', 'b']", "[{'$template': ['a-', '@1']}, 'a-b']"),
        ("formatlist", "'%s', [{'$spread': '@1'}]", "'??'"),
        ("formatlist", "'%s', '@1'", "'??'"),
    ]);
}
