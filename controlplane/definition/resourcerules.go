package definition

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/sluice-gateway/sluice/internal/awserror"
)

// pathPart is a literal, {name} or {name+}.
var pathPart = regexp.MustCompile(`^([a-zA-Z0-9._:\-]+|\{[a-zA-Z0-9._:\-]+\+?\})$`)

// FindResource is GetResource.
func (a *API) FindResource(id string) (*Resource, error) {
	if found := a.Resources[id]; found != nil {
		return found, nil
	}
	return nil, ResourceNotFound()
}

// ResourceNotFound is the answer to an unknown resource's id, and in the
// operations on resources and below, to an unknown API's.
func ResourceNotFound() error {
	return awserror.NewNotFound("Invalid Resource identifier specified")
}

// SortedResources lists the resources in the order they were made.
func (a *API) SortedResources() []*Resource {
	return slices.SortedFunc(maps.Values(a.Resources), func(x, y *Resource) int {
		return cmp.Or(cmp.Compare(x.Seq, y.Seq), cmp.Compare(x.Path, y.Path), cmp.Compare(x.ID, y.ID))
	})
}

// AddResource is CreateResource.
func (a *API) AddResource(parentID, part, id string) (*Resource, error) {
	parent, err := a.FindResource(parentID)
	if err != nil {
		return nil, err
	}
	made := &Resource{ID: id, ParentID: parentID, PathPart: part}
	if err := a.checkPlace(made, parent); err != nil {
		return nil, err
	}
	made.Path = below(parent.Path, part)
	for _, other := range a.Resources {
		made.Seq = max(made.Seq, other.Seq+1)
	}
	a.Resources[id] = made
	return made, nil
}

// checkPlace holds a resource against its parent and its siblings to be.
func (a *API) checkPlace(resource, parent *Resource) error {
	if !pathPart.MatchString(resource.PathPart) {
		return awserror.NewBadRequest("Resource's path part only allow a-zA-Z0-9._- and curly braces at the beginning and the end and an optional plus sign before the closing brace.")
	}
	if strings.HasSuffix(parent.PathPart, "+}") {
		return awserror.BadRequestf("Cannot create a child of a resource with a greedy path variable: %s", parent.PathPart)
	}
	for _, sibling := range a.SortedResources() {
		if sibling.ParentID != parent.ID || sibling.ID == resource.ID {
			continue
		}
		if sibling.PathPart == resource.PathPart {
			return awserror.Conflictf("Another resource with the same parent already has this name: %s", resource.PathPart)
		}
		if isVariable(sibling.PathPart) && isVariable(resource.PathPart) {
			return awserror.BadRequestf("A sibling (%s) of this resource already has a variable path part -- only one is allowed", sibling.PathPart)
		}
	}
	return nil
}

func isVariable(part string) bool { return strings.HasPrefix(part, "{") }

// below is the path of a part below its parent's path.
func below(parent, part string) string {
	return strings.TrimSuffix(parent, "/") + "/" + part
}

// RemoveResource is DeleteResource: the resource goes with all below it.
func (a *API) RemoveResource(id string) error {
	found, err := a.FindResource(id)
	if err != nil {
		return err
	}
	if found.ParentID == "" {
		return awserror.NewBadRequest("Root resource cannot be deleted.")
	}
	for _, child := range a.children(id) {
		if err := a.RemoveResource(child.ID); err != nil {
			return err
		}
	}
	delete(a.Resources, id)
	return nil
}

func (a *API) children(id string) []*Resource {
	return slices.DeleteFunc(a.SortedResources(), func(one *Resource) bool { return one.ParentID != id })
}

// RenameResource is UpdateResource's /pathPart.
func (a *API) RenameResource(id, part string) error {
	found, err := a.FindResource(id)
	if err != nil {
		return err
	}
	if found.ParentID == "" {
		return awserror.NewBadRequest("Root resource cannot update its pathPart.")
	}
	return a.place(found, found.ParentID, part)
}

// MoveResource is UpdateResource's /parentId.
func (a *API) MoveResource(id, parentID string) error {
	found, err := a.FindResource(id)
	if err != nil {
		return err
	}
	if found.ParentID == "" {
		return awserror.NewBadRequest("Root resource cannot update its parentId.")
	}
	for above := a.Resources[parentID]; above != nil; above = a.Resources[above.ParentID] {
		if above.ID == id {
			return awserror.NewBadRequest("Resources cannot be cyclical.")
		}
	}
	return a.place(found, parentID, found.PathPart)
}

// place puts a resource below a parent, under a part, with its subtree.
func (a *API) place(resource *Resource, parentID, part string) error {
	parent, err := a.FindResource(parentID)
	if err != nil {
		return err
	}
	moved := *resource
	moved.ParentID, moved.PathPart = parentID, part
	if strings.HasSuffix(part, "+}") && len(a.children(resource.ID)) > 0 {
		return awserror.BadRequestf("Cannot create a child of a resource with a greedy path variable: %s", part)
	}
	if err := a.checkPlace(&moved, parent); err != nil {
		return err
	}
	moved.Path = below(parent.Path, part)
	a.Resources[moved.ID] = &moved
	a.repath(&moved)
	return nil
}

// repath gives everything below a resource its new path.
func (a *API) repath(parent *Resource) {
	for _, child := range a.children(parent.ID) {
		moved := *child
		moved.Path = below(parent.Path, child.PathPart)
		a.Resources[moved.ID] = &moved
		a.repath(&moved)
	}
}
