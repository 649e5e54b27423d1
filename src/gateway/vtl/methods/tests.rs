use crate::gateway::vtl::tests::{fails, renders};

#[test]
fn texts_answer_questions() {
    renders("#set($s = 'Hello, wörld')$s.length() $s.isEmpty() $s.empty", "12 false false");
    renders(
        "#set($s = 'abcabc')$s.indexOf('c') $s.indexOf('c', 3) $s.indexOf('z') $s.lastIndexOf('a')",
        "2 5 -1 3",
    );
    renders(
        "#set($s = 'abc')$s.contains('b') $s.startsWith('ab') $s.endsWith('x') $s.startsWith('b', 1)",
        "true true false true",
    );
    renders(
        "#set($s = 'abc')$s.equals('abc') $s.equalsIgnoreCase('ABC') $s.compareTo('abd') $s.hashCode()",
        "true true -1 96354",
    );
}

#[test]
fn lengths_and_positions_count_utf_16_units() {
    renders("#set($s = '😀b')$s.length() $s.indexOf('b') $s.substring(2) $s.charAt(2)", "3 2 b b");
}

#[test]
fn texts_are_changed() {
    renders("#set($s = ' aBc ')[$s.trim()][$s.toUpperCase()][$s.toLowerCase()]", "[aBc][ ABC ][ abc ]");
    renders(
        "#set($s = 'a.b.c')$s.replace('.', '-') $s.replaceAll('[.]', '+') $s.replaceFirst('\\.', '')",
        "a-b-c a+b+c ab.c",
    );
    renders("#set($s = 'abcdef')$s.substring(2) $s.substring(1, 3) $s.concat('!')", "cdef bc abcdef!");
    renders(
        "#set($s = '')$s.format('%s=%03d %.1f|%-4s|%,d', 'x', 7, 2.25, 'ab', 1234567)",
        "x=007 2.2|ab  |1,234,567",
    );
}

#[test]
fn regular_expressions_are_javas() {
    renders(
        "#set($s = 'a1b22')$s.replaceAll('(\\d+)', '<$1>') $s.matches('[a-z\\d]+') $s.matches('a')",
        "a<1>b<22> true false",
    );
    renders("#set($s = 'it''s')$s.replaceAll(\"(?<=t)'\", '\\$0')", "it$0s");
    renders("#set($s = 'x-y')$s.replaceAll('\\Q-\\E', '+') $s.replaceAll('(?i)X', 'z')", "x+y z-y");
    // Java's classes are ASCII.
    renders("#set($s = 'é٣ a')$s.replaceAll('\\w', '_') $s.replaceAll('\\d', '_')", "é٣ _ é٣ a");
    fails("#set($s = 'a')$s.replaceAll('(', '')", "cannot be read");
    fails("#set($s = 'a')$s.replaceAll('a', '$1')", "group 1");
}

#[test]
fn texts_are_split() {
    renders("#foreach($p in $util.urlDecode('a,b,,').split(','))[$p]#end", "[a][b]");
    renders("#set($p = 'a b  c')#set($q = $p.split(' +'))$q.size() $q[2] $q.get(0)", "3 c a");
    renders("#set($p = 'a,b,c')#set($q = $p.split(',', 2))$q[1]", "b,c");
    renders("#set($p = 'abc')#foreach($c in $p.split(''))$c.#end", "a.b.c.");
}

#[test]
fn what_java_throws_is_an_error_and_what_does_not_exist_is_empty() {
    fails(
        "#set($s = 'abc')$s.substring(9)",
        "substring(...) failed: begin 9, end 3, length 3 (line 1, column 17)",
    );
    fails("#set($l = [1])$l.get(1)", "index 1 is out of bounds for length 1");
    fails("#set($l = [1])$l[1]", "out of bounds");
    renders("#set($s = 'abc')[$s.substring('1')][$s.nope()][$s.length(1)]", "[][][]");
}

#[test]
fn lists_are_changed_in_place() {
    renders(
        "#set($l = [1, 2])#set($m = $l)$m.add(3)$l $l.remove(0) $l.contains(3) $l.indexOf(3)",
        "true[1, 2, 3] 1 true 1",
    );
    renders(
        "#set($l = ['a'])$l.add(0, 'b')$l.addAll(['c'])$l $l.subList(1, 3) $l.isEmpty() $l[-1]",
        "true[b, a, c] [a, c] false c",
    );
    renders(
        "#set($l = [1, 2, 3])#set($l[1] = 'x')$l.set(0, 'y') $l $l.removeAll(['x'])$l.clear()$l",
        "1 [y, x, 3] true[]",
    );
    renders(
        "#set($l = [1, 2])#set($i = $l.iterator())$i.next()$i.hasNext()$i.next()$i.hasNext()",
        "1true2false",
    );
}

#[test]
fn maps_are_changed_in_place() {
    renders(
        "#set($m = {'b': 1})$m.put('a', 2)$m.put('b', 3)$m $m.size() $m.containsKey('a') $m.get('z')",
        "1{b=3, a=2} 2 true ",
    );
    renders(
        "#set($m = {'a': 1})$m.keySet() $m.values() $m.entrySet()#foreach($e in $m.entrySet()) $e.key:$e.getValue()#end",
        "[a] [1] [a=1] a:1",
    );
    renders(
        "#set($m = {})$m.putAll({'x': 1})$m.remove('x') $m.isEmpty() $m.getOrDefault('q', 5)",
        "1 true 5",
    );
    renders("#set($m = {1: 'one', '1': 'text'})$m.get(1) $m.get('1') $m[1]", "one text one");
    renders("#set($m = {'a': {}})#set($m.a.b = 1)#set($m['c'] = [])$m", "{a={b=1}, c=[]}");
}

#[test]
fn numbers_convert() {
    renders(
        "#set($n = 7)$n.doubleValue() $n.toString().length() $n.parseInt('12') $n.equals(7) $n.compareTo(9)",
        "7.0 1 12 true -1",
    );
    renders("#set($n = 7.9)$n.intValue() $n.longValue()", "7 7");
    fails("#set($n = 0)$n.parseInt('x')", "is not such a number");
}
