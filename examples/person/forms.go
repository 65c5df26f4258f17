package main

import (
	"slices"
	"unicode"
)

// composed has, for each mark, letters and what they are with it: the canonical decompositions of Unicode for Latin, Greek,
// Cyrillic and kana.
var composed = map[rune][2]string{
	0x0300: {"AEIOUaeiouÜüNnЕИеиĒēŌōWwÂâĂăÊêÔôƠơƯưYyἀἁἈἉἐἑἘἙἠἡἨἩἰἱἸἹὀὁὈὉὐὑὙὠὡὨὩαεηιουωΑΕΗ᾿ϊΙ῾ϋΥ¨ΟΩ", "ÀÈÌÒÙàèìòùǛǜǸǹЀЍѐѝḔḕṐṑẀẁẦầẰằỀềỒồỜờỪừỲỳἂἃἊἋἒἓἚἛἢἣἪἫἲἳἺἻὂὃὊὋὒὓὛὢὣὪὫὰὲὴὶὸὺὼᾺῈῊ῍ῒῚ῝ῢῪ῭ῸῺ"},
	0x0301: {"AEIOUYaeiouyCcLlNnRrSsZzÜüGgÅåÆæØø¨ΑΕΗΙΟΥΩϊαεηιϋουωϒГКгкÇçĒēÏïKkMmÕõŌōPpŨũWwÂâĂăÊêÔôƠơƯưἀἁἈἉἐἑἘἙἠἡἨἩἰἱἸἹὀὁὈὉὐὑὙὠὡὨὩ᾿῾", "ÁÉÍÓÚÝáéíóúýĆćĹĺŃńŔŕŚśŹźǗǘǴǵǺǻǼǽǾǿ΅ΆΈΉΊΌΎΏΐάέήίΰόύώϓЃЌѓќḈḉḖḗḮḯḰḱḾḿṌṍṒṓṔṕṸṹẂẃẤấẮắẾếỐốỚớỨứἄἅἌἍἔἕἜἝἤἥἬἭἴἵἼἽὄὅὌὍὔὕὝὤὥὬὭ῎῞"},
	0x0302: {"AEIOUaeiouCcGgHhJjSsWwYyZzẠạẸẹỌọ", "ÂÊÎÔÛâêîôûĈĉĜĝĤĥĴĵŜŝŴŵŶŷẐẑẬậỆệỘộ"},
	0x0303: {"ANOanoIiUuVvÂâĂăEeÊêÔôƠơƯưYy", "ÃÑÕãñõĨĩŨũṼṽẪẫẴẵẼẽỄễỖỗỠỡỮữỸỹ"},
	0x0304: {"AaEeIiOoUuÜüÄäȦȧÆæǪǫÖöÕõȮȯYyИиУуGgḶḷṚṛαΑιΙυΥ", "ĀāĒēĪīŌōŪūǕǖǞǟǠǡǢǣǬǭȪȫȬȭȰȱȲȳӢӣӮӯḠḡḸḹṜṝᾱᾹῑῙῡῩ"},
	0x0306: {"AaEeGgIiOoUuУИиуЖжАаЕеȨȩẠạαΑιΙυΥ", "ĂăĔĕĞğĬĭŎŏŬŭЎЙйўӁӂӐӑӖӗḜḝẶặᾰᾸῐῘῠῨ"},
	0x0307: {"CcEeGgIZzAaOoBbDdFfHhMmNnPpRrSsŚśŠšṢṣTtWwXxYyſ", "ĊċĖėĠġİŻżȦȧȮȯḂḃḊḋḞḟḢḣṀṁṄṅṖṗṘṙṠṡṤṥṦṧṨṩṪṫẆẇẊẋẎẏẛ"},
	0x0308: {"AEIOUaeiouyYΙΥιυϒЕІеіАаӘәЖжЗзИиОоӨөЭэУуЧчЫыHhÕõŪūWwXxt", "ÄËÏÖÜäëïöüÿŸΪΫϊϋϔЁЇёїӒӓӚӛӜӝӞӟӤӥӦӧӪӫӬӭӰӱӴӵӸӹḦḧṎṏṺṻẄẅẌẍẗ"},
	0x0309: {"AaÂâĂăEeÊêIiOoÔôƠơUuƯưYy", "ẢảẨẩẲẳẺẻỂểỈỉỎỏỔổỞởỦủỬửỶỷ"},
	0x030A: {"AaUuwy", "ÅåŮůẘẙ"},
	0x030B: {"OoUuУу", "ŐőŰűӲӳ"},
	0x030C: {"CcDdEeLlNnRrSsTtZzAaIiOoUuÜüGgKkƷʒjHh", "ČčĎďĚěĽľŇňŘřŠšŤťŽžǍǎǏǐǑǒǓǔǙǚǦǧǨǩǮǯǰȞȟ"},
	0x030F: {"AaEeIiOoRrUuѴѵ", "ȀȁȄȅȈȉȌȍȐȑȔȕѶѷ"},
	0x0311: {"AaEeIiOoRrUu", "ȂȃȆȇȊȋȎȏȒȓȖȗ"},
	0x0313: {"αΑεΕηΗιΙοΟυωΩρ", "ἀἈἐἘἠἨἰἸὀὈὐὠὨῤ"},
	0x0314: {"αΑεΕηΗιΙοΟυΥωΩρΡ", "ἁἉἑἙἡἩἱἹὁὉὑὙὡὩῥῬ"},
	0x031B: {"OoUu", "ƠơƯư"},
	0x0323: {"BbDdHhKkLlMmNnRrSsTtVvWwZzAaEeIiOoƠơUuƯưYy", "ḄḅḌḍḤḥḲḳḶḷṂṃṆṇṚṛṢṣṬṭṾṿẈẉẒẓẠạẸẹỊịỌọỢợỤụỰựỴỵ"},
	0x0324: {"Uu", "Ṳṳ"},
	0x0325: {"Aa", "Ḁḁ"},
	0x0326: {"SsTt", "ȘșȚț"},
	0x0327: {"CcGgKkLlNnRrSsTtEeDdHh", "ÇçĢģĶķĻļŅņŖŗŞşŢţȨȩḐḑḨḩ"},
	0x0328: {"AaEeIiUuOo", "ĄąĘęĮįŲųǪǫ"},
	0x032D: {"DdEeLlNnTtUu", "ḒḓḘḙḼḽṊṋṰṱṶṷ"},
	0x032E: {"Hh", "Ḫḫ"},
	0x0330: {"EeIiUu", "ḚḛḬḭṴṵ"},
	0x0331: {"BbDdKkLlNnRrTtZzh", "ḆḇḎḏḴḵḺḻṈṉṞṟṮṯẔẕẖ"},
	0x0342: {"ἀἁἈἉἠἡἨἩἰἱἸἹὐὑὙὠὡὨὩα¨η᾿ιϊ῾υϋω", "ἆἇἎἏἦἧἮἯἶἷἾἿὖὗὟὦὧὮὯᾶ῁ῆ῏ῖῗ῟ῦῧῶ"},
	0x0345: {"ἀἁἂἃἄἅἆἇἈἉἊἋἌἍἎἏἠἡἢἣἤἥἦἧἨἩἪἫἬἭἮἯὠὡὢὣὤὥὦὧὨὩὪὫὬὭὮὯὰαάᾶΑὴηήῆΗὼωώῶΩ", "ᾀᾁᾂᾃᾄᾅᾆᾇᾈᾉᾊᾋᾌᾍᾎᾏᾐᾑᾒᾓᾔᾕᾖᾗᾘᾙᾚᾛᾜᾝᾞᾟᾠᾡᾢᾣᾤᾥᾦᾧᾨᾩᾪᾫᾬᾭᾮᾯᾲᾳᾴᾷᾼῂῃῄῇῌῲῳῴῷῼ"},
	0x3099: {"かきくけこさしすせそたちつてとはひふへほうゝカキクケコサシスセソタチツテトハヒフヘホウワヰヱヲヽ", "がぎぐげござじずぜぞだぢづでどばびぶべぼゔゞガギグゲゴザジズゼゾダヂヅデドバビブベボヴヷヸヹヺヾ"},
	0x309A: {"はひふへほハヒフヘホ", "ぱぴぷぺぽパピプペポ"},
}

// parts has the letter and the mark of each composed letter, and other letters that Unicode has twice.
var parts = func() map[rune][]rune {
	all := map[rune][]rune{'\u212A': {'K'}, '\u212B': {'A', 0x030A}, '\u2126': {'Ω'}}
	for mark, pair := range composed {
		letters, whole := []rune(pair[0]), []rune(pair[1])
		for i := range letters {
			all[whole[i]] = []rune{letters[i], mark}
		}
	}
	return all
}()

// decomposed returns a text with every letter apart from its marks, and the marks of a letter in one order, so that equal
// texts are equal whichever of its forms Unicode has for them, such as é and e with a mark.
func decomposed(text string) []rune {
	var out []rune
	for _, r := range text {
		out = appendParts(out, r)
	}
	for from := 0; from < len(out); from++ {
		to := from
		for to < len(out) && unicode.Is(unicode.Mn, out[to]) {
			to++
		}
		slices.Sort(out[from:to])
		from = to
	}
	return out
}

// The syllables of Hangul are in Unicode by rule.
const (
	firstSyllable, lastSyllable = 0xAC00, 0xD7A3
	vowels, finals              = 21, 28
)

func appendParts(out []rune, r rune) []rune {
	if r >= firstSyllable && r <= lastSyllable {
		n := r - firstSyllable
		out = append(out, 0x1100+n/(vowels*finals), 0x1161+n/finals%vowels)
		if n%finals > 0 {
			out = append(out, 0x11A7+n%finals)
		}
		return out
	}
	if parts[r] == nil {
		return append(out, r)
	}
	for _, part := range parts[r] {
		out = appendParts(out, part)
	}
	return out
}
