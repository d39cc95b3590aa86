//! Invisible characters, which hide other text from readers and from searches.

/// Whether a character is invisible or changes the order of its neighbours. Controls and variation selectors are not
/// among these characters; see [`is_ignorable`].
pub const fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{80}'..='\u{9f}'              // C1 controls
        | '\u{ad}'                       // soft hyphen
        | '\u{34f}'                      // combining grapheme joiner
        | '\u{61c}'                      // Arabic letter mark
        | '\u{115f}' | '\u{1160}'        // Hangul fillers
        | '\u{17b4}' | '\u{17b5}'        // invisible Khmer vowels
        | '\u{180b}'..='\u{180f}'        // Mongolian selectors and separator
        | '\u{200b}'..='\u{200f}'        // zero-width space and joiners, left-to-right marks
        | '\u{202a}'..='\u{202e}'        // bidi embeddings and overrides
        | '\u{2060}'..='\u{206f}'        // word joiner, invisible operators, bidi isolates
        | '\u{2800}'                     // blank Braille pattern
        | '\u{3164}' | '\u{ffa0}'        // Hangul fillers
        | '\u{feff}'                     // zero-width no-break space
        | '\u{fff0}'..='\u{fffb}'        // interlinear annotations
        | '\u{fffe}' | '\u{ffff}'        // not characters
        | '\u{13430}'..='\u{1343f}'      // Egyptian format controls
        | '\u{1bca0}'..='\u{1bca3}'      // shorthand format controls
        | '\u{1d173}'..='\u{1d17a}'      // musical format controls
        | '\u{e0000}'..='\u{e00ff}'      // tags
        | '\u{e01f0}'..='\u{e0fff}'      // unassigned and invisible
    )
}

/// Whether a text reads the same without the character: a control, an invisible character, a line separator or a
/// variation selector.
pub const fn is_ignorable(character: char) -> bool {
    is_invisible(character)
        || matches!(character,
            '\0'..='\x1f' | '\x7f'
            | '\u{2028}' | '\u{2029}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{e0100}'..='\u{e01ef}'
        )
}
