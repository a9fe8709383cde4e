package parse

// kind is a token's class. The order is that of Velocity 1.7's grammar: of two
// tokens of the same length the earlier one is taken.
type kind uint8

const (
	eof kind = iota
	indexOpen
	indexClose
	bracketOpen
	bracketClose
	comma
	doubleDot
	colon
	curlyOpen
	curlyClose
	parenOpen
	parenClose
	argsClose
	escapedDirective
	setDirective
	commentStart
	doubleEscape
	escape
	text
	commentEnd
	formalComment
	blockComment
	textBlock
	whitespace
	stringLiteral
	trueWord
	falseWord
	minus
	plus
	multiply
	divide
	modulo
	and
	or
	less
	lessEqual
	greater
	greaterEqual
	equal
	notEqual
	not
	assign
	end
	ifDirective
	elseifDirective
	elseDirective
	integer
	float
	word
	bracketedWord
	identifier
	dot
	refOpen
	refClose
	emptyIndex
	// bad is what no token matches; the text from there on cannot be read.
	bad
	// more, skipped and special are no tokens: text that the next token starts
	// with, text that is dropped, and an end of something that is looked at again.
	moreDollar
	moreTextBlock
	moreFormal
	moreComment
	moreHash
	moreAny
	skipped
	special
)

// token is one token of the text from start to end.
type token struct {
	kind       kind
	start, end int32
	// lost is the number of what the lexer dropped before the token and text nodes
	// print again: dollars and hashes that began nothing. 0 is none.
	lost int32
}

// state is a lexical state of the grammar.
type state uint8

const (
	inText state = iota
	inReference
	inModifier
	inArgs
	inIndex
	inDirective
	inName
	inTextBlock
	inComment
	inFormalComment
	inLineComment
)
