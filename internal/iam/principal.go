package iam

import "strings"

// Principal is who asks. The zero value is anonymous.
type Principal struct {
	// ARN is a user's, a role session's (arn:aws:sts::…:assumed-role/…) or a root's.
	ARN string
	// Account owns it.
	Account string
	// RoleARN is the role of a session.
	RoleARN string
	// ID is the unique id, AIDA… or AROA…:session.
	ID string
	// Service is set instead for AWS services, such as apigateway.amazonaws.com,
	// and Federated for identity providers.
	Service, Federated string
}

// principals is a compiled Principal element.
type principals struct {
	everyone  bool
	aws       map[string]bool
	accounts  map[string]bool
	services  map[string]bool
	federated map[string]bool
}

// add takes one entry of a kind.
func (p *principals) add(kind, text string) error {
	switch kind {
	case "AWS":
		switch account := accountOf(text); {
		case text == "*":
			p.everyone = true
		case account != "":
			p.accounts[account] = true
		case strings.ContainsAny(text, "*?"):
			return problem("Principal may not hold wildcards: %s", text)
		case strings.HasPrefix(text, "arn:"), isID(text):
			p.aws[text] = true
		default:
			return problem("Principal is no account, ARN or id: %s", text)
		}
	case "Service":
		p.services[text] = true
	case "Federated":
		p.federated[text] = true
	case "CanonicalUser":
		// S3's alone; it is accepted and matches nobody here.
	default:
		return problem("Principal of unknown kind: %s", kind)
	}
	return nil
}

// accountOf gives the account that an entry stands for as a whole: its number, or
// its root's ARN.
func accountOf(text string) string {
	if isAccount(text) {
		return text
	}
	pieces := strings.SplitN(text, ":", arnParts)
	if len(pieces) == arnParts && pieces[0] == "arn" && pieces[2] == "iam" && pieces[5] == "root" && isAccount(pieces[4]) {
		return pieces[4]
	}
	return ""
}

func isAccount(text string) bool {
	return len(text) == 12 && strings.Trim(text, "0123456789") == ""
}

// isID says whether a text is a unique id, as AWS writes into stored policies
// when a user or role was deleted.
func isID(text string) bool {
	return len(text) >= 16 && (strings.HasPrefix(text, "AIDA") || strings.HasPrefix(text, "AROA"))
}

func (p *principals) match(who *Principal) bool {
	if p.everyone {
		return true
	}
	if who.Service != "" {
		return p.services[who.Service]
	}
	if who.Federated != "" {
		return p.federated[who.Federated]
	}
	if who.ARN == "" {
		return false
	}
	id, _, _ := strings.Cut(who.ID, ":")
	return p.accounts[who.Account] || p.aws[who.ARN] || who.RoleARN != "" && p.aws[who.RoleARN] || id != "" && p.aws[id]
}
