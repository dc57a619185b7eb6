package regex

import (
	"strings"
	"unicode"
)

// property reads the name in \p{...}.
func (p *parser) property() set {
	p.expect("{")
	begin := p.at
	for p.peek() != '}' {
		if p.at >= len(p.source) {
			p.fail("invalid property name")
		}
		p.at++
	}
	text := string(p.source[begin:p.at])
	p.at++
	key, value, pair := strings.Cut(text, "=")
	switch {
	case !pair:
		if s, ok := lone(key); ok {
			return s
		}
	case key == "General_Category" || key == "gc":
		if s, ok := category(value); ok {
			return s
		}
	case key == "Script" || key == "sc":
		if table, ok := unicode.Scripts[value]; ok {
			return tables(table)
		}
		p.fail(`there is no script %s in \p{%s}: write its name in full, such as \p{Script=Greek}`, value, text)
	case key == "Script_Extensions" || key == "scx":
		p.fail(`\p{%s} is not known to scenarios: write \p{Script=%s}, which leaves out what several scripts share`, text, value)
	}
	if needsTexts[text] {
		p.fail(`\p{%s}, of several characters each, is not known to scenarios: \p{Emoji} is`, text)
	}
	if missing[text] {
		p.fail(`\p{%s} is not known to scenarios: list the characters`, text)
	}
	p.fail(`invalid property name \p{%s}`, text)
	return nil
}

// needsTexts are properties of texts, which only the flag v has.
var needsTexts = map[string]bool{
	"RGI_Emoji": true, "Basic_Emoji": true, "Emoji_Keycap_Sequence": true, "RGI_Modifier_Sequence": true,
	"RGI_Flag_Sequence": true, "RGI_Emoji_Modifier_Sequence": true, "RGI_Emoji_Flag_Sequence": true,
	"RGI_Emoji_Tag_Sequence": true, "RGI_Emoji_ZWJ_Sequence": true,
}

// missing are properties that the language has and Go's tables have not.
var missing = map[string]bool{
	"Bidi_Mirrored": true, "Bidi_M": true, "Case_Ignorable": true, "CI": true, "Changes_When_Casefolded": true, "CWCF": true,
	"Changes_When_Casemapped": true, "CWCM": true, "Changes_When_Lowercased": true, "CWL": true,
	"Changes_When_NFKC_Casefolded": true, "CWKCF": true, "Changes_When_Titlecased": true, "CWT": true,
	"Changes_When_Uppercased": true, "CWU": true, "Default_Ignorable_Code_Point": true, "DI": true,
	"Grapheme_Base": true, "Gr_Base": true, "Grapheme_Extend": true, "Gr_Ext": true,
	"XID_Start": true, "XIDS": true, "XID_Continue": true, "XIDC": true,
}

// derived are properties that Unicode defines by others.
var derived = map[string]func() set{
	"Any":      func() set { return everything },
	"ASCII":    func() set { return newSet(span{0, 0x7f}) },
	"Assigned": func() set { return unassigned().negate() },
	"Alphabetic": func() set {
		return tables(unicode.L, unicode.Nl, unicode.Other_Alphabetic)
	},
	"Lowercase": func() set { return tables(unicode.Ll, unicode.Other_Lowercase) },
	"Uppercase": func() set { return tables(unicode.Lu, unicode.Other_Uppercase) },
	"Cased": func() set {
		return tables(unicode.Ll, unicode.Lu, unicode.Lt, unicode.Other_Lowercase, unicode.Other_Uppercase)
	},
	"Math":     func() set { return tables(unicode.Sm, unicode.Other_Math) },
	"ID_Start": idStart,
	"ID_Continue": func() set {
		return idStart().union(tables(unicode.Mn, unicode.Mc, unicode.Nd, unicode.Pc, unicode.Other_ID_Continue), single(0x200c, 0x200d)).without(tables(unicode.Pattern_Syntax, unicode.Pattern_White_Space))
	},
	"Emoji":                 func() set { return spansOf(emoji) },
	"Emoji_Presentation":    func() set { return spansOf(emojiPresentation) },
	"Emoji_Modifier":        func() set { return newSet(span{0x1f3fb, 0x1f3ff}) },
	"Emoji_Modifier_Base":   func() set { return spansOf(emojiModifierBase) },
	"Emoji_Component":       func() set { return spansOf(emojiComponent) },
	"Extended_Pictographic": func() set { return spansOf(extendedPictographic) },
}

func idStart() set {
	return tables(unicode.L, unicode.Nl, unicode.Other_ID_Start).without(tables(unicode.Pattern_Syntax, unicode.Pattern_White_Space))
}

// short are the other names of properties.
var short = map[string]string{
	"Alpha": "Alphabetic", "Lower": "Lowercase", "Upper": "Uppercase", "IDS": "ID_Start", "IDC": "ID_Continue",
	"EPres": "Emoji_Presentation", "EMod": "Emoji_Modifier", "EBase": "Emoji_Modifier_Base", "EComp": "Emoji_Component",
	"ExtPict": "Extended_Pictographic", "AHex": "ASCII_Hex_Digit", "Bidi_C": "Bidi_Control", "Dep": "Deprecated", "Dia": "Diacritic",
	"Ext": "Extender", "Hex": "Hex_Digit", "IDSB": "IDS_Binary_Operator", "IDST": "IDS_Trinary_Operator", "Ideo": "Ideographic",
	"Join_C": "Join_Control", "LOE": "Logical_Order_Exception", "NChar": "Noncharacter_Code_Point", "Pat_Syn": "Pattern_Syntax",
	"Pat_WS": "Pattern_White_Space", "QMark": "Quotation_Mark", "RI": "Regional_Indicator", "SD": "Soft_Dotted",
	"STerm": "Sentence_Terminal", "Term": "Terminal_Punctuation", "UIdeo": "Unified_Ideograph", "VS": "Variation_Selector", "space": "White_Space",
}

// lone is a property that is not written as a pair: a category, or one that a character has or not.
func lone(name string) (set, bool) {
	if s, ok := category(name); ok {
		return s, true
	}
	if long, ok := short[name]; ok {
		name = long
	}
	if make, ok := derived[name]; ok {
		return make(), true
	}
	table, ok := unicode.Properties[name]
	if !ok || strings.HasPrefix(name, "Other_") || name == "Hyphen" || name == "Prepended_Concatenation_Mark" || name == "STerm" {
		return nil, false // which the language does not have
	}
	return tables(table), true
}

// category is a general category, by either of its names.
func category(name string) (set, bool) {
	if code, ok := unicode.CategoryAliases[name]; ok {
		name = code
	}
	table, ok := unicode.Categories[name]
	switch {
	case !ok:
		return nil, false
	case name == "C":
		return tables(table).union(unassigned()), true
	}
	return tables(table), true
}

func unassigned() set { return tables(unicode.Categories["Cn"]) }
