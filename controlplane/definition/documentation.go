package definition

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/sluice-gateway/sluice/controlplane/definition/docpart"
	"github.com/sluice-gateway/sluice/internal/awserror"
)

type (
	// DocumentationPart is AWS's DocumentationPart.
	DocumentationPart = docpart.Part
	// DocumentationLocation is AWS's DocumentationPartLocation.
	DocumentationLocation = docpart.Location
	// DocumentationVersion is AWS's DocumentationVersion with the parts it froze.
	DocumentationVersion = docpart.Version
)

// AddDocumentationPart is CreateDocumentationPart. Each location is documented
// once.
func (a *API) AddDocumentationPart(location DocumentationLocation, properties, id string) (*DocumentationPart, error) {
	if err := location.Check(); err != nil {
		return nil, err
	}
	made := &DocumentationPart{ID: id, Location: location, Properties: properties}
	if err := made.Check(); err != nil {
		return nil, err
	}
	if a.Documented(location) != nil {
		return nil, awserror.Conflictf("Documentation part already exists for the specified location: %s.", location.Describe())
	}
	for _, part := range a.DocumentationParts {
		made.Seq = max(made.Seq, part.Seq+1)
	}
	if a.DocumentationParts == nil {
		a.DocumentationParts = map[string]*DocumentationPart{}
	}
	a.DocumentationParts[id] = made
	return made, nil
}

// Documented gives the part of a location, nil when there is none.
func (a *API) Documented(location DocumentationLocation) *DocumentationPart {
	for _, part := range a.DocumentationParts {
		if part.Location.Full() == location.Full() {
			return part
		}
	}
	return nil
}

// FindDocumentationPart is GetDocumentationPart.
func (a *API) FindDocumentationPart(id string) (*DocumentationPart, error) {
	if found := a.DocumentationParts[id]; found != nil {
		return found, nil
	}
	return nil, awserror.NewNotFound("Invalid Documentation part identifier specified")
}

// SortedDocumentationParts lists the parts in the order they were made.
func (a *API) SortedDocumentationParts() []*DocumentationPart {
	parts := sortedByKey(a.DocumentationParts)
	slices.SortStableFunc(parts, func(x, y *DocumentationPart) int { return cmp.Compare(x.Seq, y.Seq) })
	return parts
}

// PutDocumentationParts is ImportDocumentationParts: merge replaces the parts of
// the same locations, overwrite all. NewID makes ids. It gives the ids of the
// parts given, in their order.
func (a *API) PutDocumentationParts(parts []DocumentationPart, overwrite bool, newID func() string) ([]string, error) {
	if overwrite {
		a.DocumentationParts = nil
	}
	ids := make([]string, 0, len(parts))
	for _, part := range parts {
		if known := a.Documented(part.Location); known != nil {
			changed := *known
			changed.Properties = part.Properties
			if err := changed.Check(); err != nil {
				return nil, err
			}
			a.DocumentationParts[known.ID] = &changed
			ids = append(ids, known.ID)
			continue
		}
		made, err := a.AddDocumentationPart(part.Location, part.Properties, newID())
		if err != nil {
			return nil, err
		}
		ids = append(ids, made.ID)
	}
	return ids, nil
}

// AddDocumentationVersion is CreateDocumentationVersion: it freezes the parts of
// now and, when a stage is named, publishes the version there.
func (a *API) AddDocumentationVersion(version, description, stage string, now time.Time) (*DocumentationVersion, error) {
	if strings.TrimSpace(version) == "" {
		return nil, awserror.NewBadRequest("Documentation version must be non-empty")
	}
	if a.DocumentationVersions[version] != nil {
		return nil, awserror.NewConflict("Documentation version already exists")
	}
	made := &DocumentationVersion{Version: version, Description: description, CreatedDate: now}
	for _, part := range a.SortedDocumentationParts() {
		frozen := *part
		made.Parts = append(made.Parts, &frozen)
	}
	if stage != "" {
		published := a.Stages[stage]
		if published == nil {
			return nil, awserror.NewNotFound("Invalid stage identifier specified")
		}
		changed := *published
		changed.DocumentationVersion, changed.LastUpdatedDate = version, now
		a.Stages[stage] = &changed
	}
	if a.DocumentationVersions == nil {
		a.DocumentationVersions = map[string]*DocumentationVersion{}
	}
	a.DocumentationVersions[version] = made
	return made, nil
}

// FindDocumentationVersion is GetDocumentationVersion.
func (a *API) FindDocumentationVersion(version string) (*DocumentationVersion, error) {
	if found := a.DocumentationVersions[version]; found != nil {
		return found, nil
	}
	return nil, awserror.NewNotFound("Invalid Documentation version specified")
}

// RemoveDocumentationVersion is DeleteDocumentationVersion. Stages that publish
// it publish none afterwards.
func (a *API) RemoveDocumentationVersion(version string) error {
	if _, err := a.FindDocumentationVersion(version); err != nil {
		return err
	}
	for name, stage := range a.Stages {
		if stage.DocumentationVersion == version {
			changed := *stage
			changed.DocumentationVersion = ""
			a.Stages[name] = &changed
		}
	}
	delete(a.DocumentationVersions, version)
	return nil
}
